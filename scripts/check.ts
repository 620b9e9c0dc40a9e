import { spawnSync } from "node:child_process";

/** Each step is one command; all run, so that one run shows everything. */
const steps: readonly (readonly [title: string, command: string, ...arguments_: string[]])[] = [
  ["format", "oxfmt", "--check", "."],
  ["lint", "oxlint", "--type-aware", "--deny-warnings"],
  ["types", "tsc", "--noEmit"],
  ["types, browser", "tsc", "--noEmit", "-p", "tsconfig.browser.json"],
  ["unused code and manifests", "knip", "--strict"],
  ["documents", "node", "scripts/check-docs.ts"],
  ["generated files", "node", "scripts/gen.ts", "--check"],
];

const failed = steps.filter(([title, command, ...arguments_]) => {
  const started = performance.now();
  const { status } = spawnSync(command, arguments_, { stdio: "inherit" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${title} (${seconds} s)`);
  return status !== 0;
});
if (failed.length > 0) {
  console.error(`failed: ${failed.map(([title]) => title).join(", ")}`);
  process.exitCode = 1;
}
