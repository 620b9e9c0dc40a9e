import { GaiaError } from "@gaia/contracts";
import type { RateLimit, Standing } from "./rate-limits.ts";

const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

const standings = new WeakMap<object, Standing>();

/** The refusal of who is above a limit, in the original's words. */
export function limitExceeded(standing: Standing): GaiaError {
  const { limit, resetMs } = standing;
  const what = limit.unit === undefined ? `${limit.count}` : `${limit.count} ${limit.unit}`;
  const error = new GaiaError("RATE_LIMITED", `Rate limit exceeded: ${what} per ${describeWindow(limit)}`, {
    reason: "rate_limit.exceeded",
    details: { limit: limit.name },
    retryAfterSeconds: toSeconds(resetMs),
  });
  standings.set(error, standing);
  return error;
}

/** How the caller stands whom this error refuses; nothing where it came from another process, or is no such refusal. */
export function standingBehind(error: unknown): Standing | undefined {
  return typeof error === "object" && error !== null ? standings.get(error) : undefined;
}

/** As headers tell it: never too early, and never "now". */
export function toSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

function describeWindow({ windowSeconds }: RateLimit): string {
  const [unit, seconds] = units.find(([, length]) => windowSeconds % length === 0) ?? ["second", 1];
  return `${windowSeconds / seconds} ${unit}`;
}
