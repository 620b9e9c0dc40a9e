import { isGaiaError } from "@gaia/contracts";
import { DataFolderInUseError } from "@gaia/db";
import { ConfigError } from "@gaia/kit/config/load-config";
import { describeDatabaseFailure } from "./describe-database-failure.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { NoDatabaseError } from "./no-database-error.ts";
import type { Output } from "./output.ts";
import { UsageError } from "./usage-error.ts";

/** Says what went wrong; only what nobody foresaw comes with a stack. */
export function reportFailure(error: unknown, output: Output): ExitCode {
  if (error instanceof ConfigError) {
    output.note(error.message);
    return exitCodes.configuration;
  }
  if (error instanceof UsageError) {
    output.note(`gaia: ${error.message}\nTry 'gaia --help'.`);
    return exitCodes.usage;
  }
  const expected = describeDatabaseFailure(error) ?? (isExpected(error) ? error.message : undefined);
  if (expected !== undefined) {
    output.note(`gaia: ${expected}`);
    return exitCodes.failed;
  }
  output.note(`gaia failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitCodes.unexpected;
}

function isExpected(error: unknown): error is Error {
  return isGaiaError(error) || error instanceof DataFolderInUseError || error instanceof NoDatabaseError;
}
