import { UsageError } from "../usage-error.ts";

const hourMs = 3_600_000;
const duration = /^(\d{1,5})([dh])$/;
const date = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** `30d` and `12h` count from now; a date without a time is its start in UTC. Throws `UsageError`. */
export function readExpiry(text: string, now: Date): Date {
  const [, count, unit] = duration.exec(text) ?? [];
  if (count !== undefined)
    return inFuture(new Date(now.getTime() + Number(count) * hourMs * (unit === "d" ? 24 : 1)), now);
  const time = date.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new UsageError("--expires: Neither a date (2027-01-31, 2027-01-31T12:00:00Z) nor a duration (30d, 12h)");
  }
  return inFuture(time, now);
}

function inFuture(time: Date, now: Date): Date {
  if (time <= now) throw new UsageError(`--expires: ${time.toISOString()} is over already`);
  return time;
}
