import { invalidRequest } from "../identity-error.ts";

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const longestMs = 100 * 365 * 24 * 3_600_000;

/** When a ban ends; `null` for `none`. Source: `time.ParseDuration` of Go, https://pkg.go.dev/time#ParseDuration. */
export function readBanEnd(text: string, now: Date): Date | null {
  if (text === "none") return null;
  if (!/^\+?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) {
    throw invalidRequest(`invalid format for ban duration: time: invalid duration "${text}"`);
  }
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
  const duration = [...parts].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
  return new Date(now.getTime() + Math.min(duration, longestMs));
}
