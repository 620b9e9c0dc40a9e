import { existsSync, globSync, readFileSync } from "node:fs";
import { chmod, cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

/**
 * One file per entry with Gaia's own packages inlined; what comes from npm stays in `node_modules`. The database
 * worker is an entry of its own, because a thread needs a file.
 */
const entries = {
  main: "apps/gaia/src/main.ts",
  gaia: "apps/gaia/src/cli/main.ts",
  "postgres-worker": "packages/db/src/embedded/postgres-worker.ts",
};

/** What sources find by their own place, and where it is from any file in `dist`. */
const relocations = new Map([
  ['new URL("./postgres-worker.ts", import.meta.url)', 'new URL("./postgres-worker.js", import.meta.url)'],
  ['new URL("../../migrations/", import.meta.url)', 'new URL("./migrations/", import.meta.url)'],
]);

await rm("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: entries,
  platform: "node",
  external: (id) => !id.startsWith(".") && !id.startsWith("/") && !id.startsWith("@gaia/"),
  plugins: [{ name: "relocate", transform: relocate }],
});
await bundle.write({ dir: "dist", format: "esm", entryFileNames: "[name].js", sourcemap: true });
await bundle.close();
await cp("packages/db/migrations", "dist/migrations", { recursive: true });
await chmod("dist/gaia.js", 0o755);
requireFilesBeside();
console.log(`built ${globSync("dist/*.js").length} files in dist/`);

function relocate(code: string): { readonly code: string; readonly map: null } | null {
  const moved = [...relocations].reduce((text, [from, to]) => text.replace(from, to), code);
  // Lines stay where they are, so the map that exists is still true.
  return moved === code ? null : { code: moved, map: null };
}

/** A file that a source finds by its place and that nobody relocated would be missed at run time only. */
function requireFilesBeside(): void {
  for (const file of globSync("dist/*.js")) {
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)) {
      if (!existsSync(join("dist", path)))
        throw new Error(`${file} expects ${path} beside it: add it to the relocations`);
    }
  }
}
