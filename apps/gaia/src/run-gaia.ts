import { ConfigError, type Environment } from "@gaia/kit/config/load-config";
import { DataFolderInUseError } from "@gaia/db";
import { renderBanner } from "./banner.ts";
import { composeGaia, type Gaia } from "./compose.ts";
import { type GaiaConfig, readGaiaConfig } from "./config.ts";
import { releaseMemoryAtRest } from "./memory/release-memory-at-rest.ts";
import { openPlatform, type Platform } from "./platform.ts";
import { readEnvironment } from "./read-environment.ts";

const watchdogMs = 10_000;

/** Reads the settings, starts what they ask for, and stops it on a signal. Failures end as an exit code. */
export async function runGaia(environment: Environment): Promise<void> {
  let gaia: Gaia | undefined;
  try {
    const config = readGaiaConfig(readEnvironment(environment));
    const platform = await openPlatform(config, process.stdout.isTTY);
    gaia = composeGaia(platform);
    stopOnSignal(gaia, platform);
    await gaia.start();
    releaseMemoryAtRest();
    await greet(gaia, platform.config);
  } catch (error) {
    refuseToStart(error);
    await tellKeyOfFailedStart(gaia);
  }
}

/** The first key is made once and told once: also when what came after it, such as a port, kept Gaia from starting. */
async function tellKeyOfFailedStart(gaia: Gaia | undefined): Promise<void> {
  const key = await Promise.race([gaia?.firstKey.catch(() => null), Promise.resolve(null)]);
  if (key?.kind === "created") process.stdout.write(`${renderBanner([], "", key)}\n`);
}

/** Prints where Gaia listens at once, and the first key as soon as the database is there. */
async function greet(gaia: Gaia, config: GaiaConfig): Promise<void> {
  const key = await Promise.race([gaia.firstKey, Promise.resolve(null)]);
  process.stdout.write(`${renderBanner(gaia.listening(), config.GAIA_HOST, key)}\n`);
  if (key !== null) return;
  // A database that never came before the end is no failure to start.
  const late = await gaia.firstKey.catch(() => null);
  if (late !== null) process.stdout.write(`${renderBanner(gaia.listening(), config.GAIA_HOST, late)}\n`);
}

function stopOnSignal(gaia: Gaia, { log }: Platform): void {
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, "stopping");
    // Ends what hangs; a process with nothing left to do ends before.
    setTimeout(() => {
      log.fatal("stopping took too long");
      process.exit(1);
    }, watchdogMs).unref();
    void gaia.stop();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function refuseToStart(error: unknown): void {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
    return;
  }
  process.stderr.write(`Gaia could not start: ${explain(error)}\n`);
  process.exitCode = 1;
}

const folderCodes = ["EACCES", "EEXIST", "ELOOP", "ENAMETOOLONG", "ENOENT", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"];

/** What an operator can mend is told in a sentence with the setting to change; anything else with its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DataFolderInUseError) return error.message;
  const code = "code" in error ? String(error.code) : "";
  const isListening = "syscall" in error && error.syscall === "listen";
  if (isListening) return `${error.message}. Set GATEWAY_PORT, WEB_PORT or GAIA_HOST`;
  if (folderCodes.includes(code)) return `GAIA_HOME cannot be used: ${error.message}`;
  return error.stack ?? error.message;
}
