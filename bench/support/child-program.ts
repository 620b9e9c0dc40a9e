import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const tame = fileURLToPath(new URL("tame-child.ts", import.meta.url));
const patienceMs = 5000;
const running = new Set<ChildProcess>();

// The last resort; the normal way is `stop`.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export interface ChildProgram {
  readonly pid: number;
  /** Everything it wrote. */
  output(): string;
  stop(): Promise<void>;
}

interface ChildOptions {
  readonly script: string;
  readonly scriptArguments?: readonly string[];
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly outputFile: string;
}

/** Starts a Node program with an environment of its own, so that no setting or key of this shell reaches it. */
export function startChild(options: ChildOptions): ChildProgram {
  const { script, scriptArguments = [], nodeArguments = [], environment = {}, folder, outputFile } = options;
  const output = openSync(outputFile, "a");
  const child = spawn(process.execPath, ["--import", tame, ...nodeArguments, script, ...scriptArguments], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const written = () => readFileSync(outputFile, "utf8");
  const lastWords = () => written().slice(-2000);
  if (child.pid === undefined) throw new Error(`Could not start ${script}`);
  running.add(child);
  child.once("exit", (code, signal) => {
    if (running.delete(child))
      console.error(`${script} ended by itself (code ${code}, signal ${signal}); its last words:\n${lastWords()}`);
  });
  return { pid: child.pid, output: written, stop: () => stopChild(child) };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  running.delete(child);
  child.once("exit", () => resolve());
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await promise;
  clearTimeout(force);
}

/** Asks until the answer is there; throws with what the program wrote when that takes too long. */
export async function waitFor<T>(program: ChildProgram, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    await delay(10);
  }
  throw new Error(`${what} did not come within 20 s:\n${program.output().slice(-2000)}`);
}
