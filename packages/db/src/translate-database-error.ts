import { GaiaError } from "@gaia/contracts";

// Node's socket errors; PostgreSQL's classes 08 (connection) and 57P (shutting down, starting up), and "too many clients".
const connectionCodes = /^(?:ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ENOENT|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|08|57P|53300)/;
// The driver's own failures carry no code.
const connectionTexts =
  /timeout exceeded when trying to connect|connection terminated|connection error|query read timeout|given up after a timeout/i;
const diskFull = "53100";

/** Whether the database could not be reached or did not answer in time, so that another try may succeed. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  const code = "code" in error ? String(error.code) : "";
  return code === "UNAVAILABLE" || connectionCodes.test(code) || connectionTexts.test(error.message);
}

/** What a caller may know of a failed query: that the database is away or full. Everything else stays as it is. */
export function translateDatabaseError(error: unknown): unknown {
  if (isDatabaseUnavailable(error)) {
    return new GaiaError("UNAVAILABLE", "The database is not available", {
      reason: "database.unavailable",
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  if (error instanceof Error && "code" in error && error.code === diskFull) {
    return new GaiaError("STORAGE_FULL", "The disk of the database is full", { reason: "database.full", cause: error });
  }
  return error;
}
