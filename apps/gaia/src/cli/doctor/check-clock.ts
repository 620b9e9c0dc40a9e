import { fail, type Finding, ok } from "./finding.ts";

const toleratedMs = 5_000;

/** Keys, tokens and callers expire by this machine's clock; the database's is the only other one at hand. */
export function checkClock(now: Date, databaseClock?: Date): Finding {
  const shown = now.toISOString();
  if (databaseClock === undefined) return ok("clock", `${shown}; there is no other clock to compare it with`);
  const offMs = Math.abs(now.getTime() - databaseClock.getTime());
  if (offMs <= toleratedMs) return ok("clock", `${shown}, as the database's`);
  const detail = `${shown}, but the database says ${databaseClock.toISOString()}`;
  return fail("clock", detail, "Synchronise both with NTP: keys and tokens expire by the clock");
}
