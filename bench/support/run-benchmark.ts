import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs in a temporary folder, cut after a time. Ending the process ends its children and its folder too. */
export async function runBenchmark(limitSeconds: number, measure: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gaia-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const limit = setTimeout(() => {
    console.error(`The run took longer than ${limitSeconds} s and was cut.`);
    process.exit(1);
  }, limitSeconds * 1000);
  try {
    await measure(folder);
  } finally {
    clearTimeout(limit);
  }
}

/** Where the run is, with the seconds since its start. */
export function say(text: string): void {
  console.log(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${text}`);
}
