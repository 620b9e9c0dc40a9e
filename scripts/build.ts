import { cp, rm } from "node:fs/promises";
import { globSync } from "node:fs";
import { rolldown } from "rolldown";

/**
 * One file per entry with Gaia's own packages inlined; what comes from npm stays in `node_modules`. The database
 * worker is an entry of its own, because a thread needs a file.
 */
await rm("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    main: "apps/gaia/src/main.ts",
    gaia: "apps/gaia/src/cli/main.ts",
    "postgres-worker": "packages/db/src/embedded/postgres-worker.ts",
  },
  platform: "node",
  external: (id) => !id.startsWith(".") && !id.startsWith("/") && !id.startsWith("@gaia/"),
});
await bundle.write({ dir: "dist", format: "esm", entryFileNames: "[name].js", sourcemap: true });
await bundle.close();
await cp("packages/db/migrations", "dist/migrations", { recursive: true });
console.log(`built ${globSync("dist/*.js").length} files in dist/`);
