import { enableCompileCache } from "node:module";

// Compiled modules are kept between starts, which halves the time to the first request; so nothing of ours may be
// imported before.
enableCompileCache();
const { tameAllocator } = await import("./memory/tame-allocator.ts");
tameAllocator(process.env);
const { runGaia } = await import("./run-gaia.ts");

await runGaia(process.env);
