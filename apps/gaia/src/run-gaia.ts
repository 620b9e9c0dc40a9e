import { ConfigError, type Environment } from "@gaia/kit/config/load-config";
import { DataFolderInUseError } from "@gaia/db";
import { renderBanner } from "./banner.ts";
import { composeGaia, type Gaia } from "./compose.ts";
import { type GaiaConfig, readGaiaConfig } from "./config.ts";
import { openPlatform, type Platform } from "./platform.ts";
import { readEnvironment } from "./read-environment.ts";

const watchdogMs = 10_000;

/** Reads the settings, starts what they ask for, and stops it on a signal. Failures end as an exit code. */
export async function runGaia(environment: Environment): Promise<void> {
  try {
    const config = readGaiaConfig(readEnvironment(environment));
    const platform = await openPlatform(config, process.stdout.isTTY);
    const gaia = composeGaia(platform);
    stopOnSignal(gaia, platform);
    await gaia.start();
    await greet(gaia, platform.config);
  } catch (error) {
    refuseToStart(error);
  }
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
  const isExpected = error instanceof DataFolderInUseError || isAddressInUse(error);
  const text = error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`Gaia could not start: ${text}\n`);
  process.exitCode = 1;
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
}
