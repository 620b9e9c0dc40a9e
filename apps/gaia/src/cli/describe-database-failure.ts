import { isGaiaError } from "@gaia/contracts";

const unreachable = /^(?:ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|57P|53300)/;
const refused = /^(?:28|3D)/;
const undefinedTableOrColumn = /^42(?:P01|703)$/;

/** What an operator can do about a failure of the database; undefined when it is none that is known. */
export function describeDatabaseFailure(failure: unknown): string | undefined {
  // What services tell their callers leaves out what an operator needs.
  const error = isGaiaError(failure) ? failure.cause : failure;
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  if (undefinedTableOrColumn.test(code)) {
    return "The database is not up to date. Run `gaia migrate`, then this again.";
  }
  if (refused.test(code)) return `The database refused the connection: ${error.message}`;
  if (unreachable.test(code) || /timeout|no answer within/i.test(error.message)) {
    return `The database cannot be reached (${code === "" ? error.message : code}). Check DATABASE_URL, then that it runs.`;
  }
  return error.message.startsWith("The migration ") ? error.message : undefined;
}
