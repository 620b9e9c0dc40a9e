import { tooMany } from "./identity-error.ts";

interface Allowance {
  readonly count: number;
  readonly withinMs: number;
}

export interface Limits {
  /** Milliseconds to wait until this may happen again; 0 when it may happen now, which then counts. */
  consume(key: string, allowance: Allowance): number;
}

const maximumKeys = 50_000;

/** Counts in fixed windows in the memory of this process. With too many keys the oldest is forgotten. */
export function createMemoryLimits(now: () => Date): Limits {
  const windows = new Map<string, { readonly endsAt: number; count: number }>();
  return {
    consume(key, { count, withinMs }) {
      const time = now().getTime();
      const window = windows.get(key);
      if (window !== undefined && window.endsAt > time) {
        if (window.count >= count) return window.endsAt - time;
        window.count += 1;
        return 0;
      }
      windows.delete(key);
      windows.set(key, { endsAt: time + withinMs, count: 1 });
      const [oldest] = windows.keys();
      if (windows.size > maximumKeys && oldest !== undefined) windows.delete(oldest);
      return 0;
    },
  };
}

const mailGap: Allowance = { count: 1, withinMs: 60_000 };
const mailsAnHour: Allowance = { count: 10, withinMs: 3_600_000 };
const guesses: Allowance = { count: 30, withinMs: 300_000 };

/** Whether there is an account or not, an address gets so much mail and no more; so the limit tells nothing. */
export function limitMail(limits: Limits, kind: string, email: string): void {
  const wait = limits.consume(`${kind}:${email}`, mailGap) || limits.consume(`mail:${email}`, mailsAnHour);
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1000);
  const message = `For security purposes, you can only request this after ${seconds} seconds.`;
  throw tooMany("over_email_send_rate_limit", message, wait);
}

/** Guesses at the secrets of one account: passwords, and codes from mails. */
export function limitGuesses(limits: Limits, kind: string, email: string): void {
  const wait = limits.consume(`${kind}-guess:${email}`, guesses);
  if (wait > 0) throw tooMany("over_request_rate_limit", "Request rate limit reached", wait);
}
