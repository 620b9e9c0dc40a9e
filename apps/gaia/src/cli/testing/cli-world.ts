import type { Environment } from "@gaia/kit/config/load-config";
import { createTestDatabase, type TestDatabase } from "@gaia/db/testing";
import { commands } from "../commands.ts";
import type { ExitCode } from "../exit-codes.ts";
import { runCommandLine } from "../run-command-line.ts";

export interface Ran {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly isTerminal?: boolean;
  readonly now?: () => Date;
}

/** Runs a command line in this process, as the program would, and collects what it says. */
export async function runCli(
  words: readonly string[],
  environment: Environment,
  options: RunOptions = {},
): Promise<Ran> {
  const { isTerminal = false, now = () => new Date() } = options;
  const said = { stdout: "", stderr: "" };
  const output = {
    isTerminal,
    print: (text: string) => void (said.stdout += `${text}\n`),
    note: (text: string) => void (said.stderr += `${text}\n`),
  };
  const world = { output, environment, now, fetch };
  const exitCode = await runCommandLine({ commands, version: "1.2.3", arguments: words, world });
  return { exitCode, ...said };
}

export interface CliWorld {
  readonly environment: Environment;
  readonly testDatabase: TestDatabase;
  run(words: readonly string[], options?: RunOptions): Promise<Ran>;
}

/** Command lines on a current database that this process holds open, as a running Gaia would. */
export async function createCliWorld(): Promise<CliWorld> {
  const testDatabase = await createTestDatabase();
  const { url, dataFolder } = testDatabase;
  const environment = url === undefined ? { GAIA_HOME: dataFolder } : { DATABASE_URL: url };
  return { environment, testDatabase, run: (words, options) => runCli(words, environment, options) };
}
