import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);
const program = `
  const { tameAllocator } = await import(${JSON.stringify(new URL("tame-allocator.ts", import.meta.url).href)});
  tameAllocator(process.env);
  const { MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_, MALLOC_TRIM_THRESHOLD_, GREETING } = process.env;
  const settings = { MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_, MALLOC_TRIM_THRESHOLD_, GREETING };
  console.log(JSON.stringify({ pid: process.pid, words: process.argv.slice(1), settings }));
`;

async function start(environment: Record<string, string>) {
  const running = run(process.execPath, ["--input-type=module", "-e", program, "one", "two"], { env: environment });
  const { stdout } = await running;
  return { pid: running.child.pid, said: JSON.parse(stdout) };
}

describe.runIf(process.platform === "linux")("a program that tames its allocator", () => {
  test("has the settings, its own environment, its arguments and its process id", async () => {
    const { pid, said } = await start({ GREETING: "hello" });

    const settings = {
      MALLOC_ARENA_MAX: "2",
      MALLOC_MMAP_THRESHOLD_: "65536",
      MALLOC_TRIM_THRESHOLD_: "131072",
      GREETING: "hello",
    };
    expect(said).toEqual({ pid, words: ["one", "two"], settings });
  });

  test("leaves the settings of whoever started it", async () => {
    const { said } = await start({ MALLOC_ARENA_MAX: "4" });

    expect(said.settings).toEqual({ MALLOC_ARENA_MAX: "4" });
  });
});
