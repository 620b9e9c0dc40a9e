import { hash } from "node:crypto";
import { toSeconds } from "@gaia/kit/limits/limit-exceeded";
import type { RateLimit, RateLimits } from "@gaia/kit/limits/rate-limits";
import { tooMany } from "./identity-error.ts";

/**
 * Whether there is an account or not, an address gets one mail of a kind a minute, and ten of all kinds an hour; so the
 * limit tells nothing. Recovery has ten of its own, which nobody can use up with mails of other kinds.
 */
export async function limitMail(limits: RateLimits, kind: string, email: string): Promise<void> {
  const gap: RateLimit = { name: `mail-${kind}`, count: 1, windowSeconds: 60 };
  const all: RateLimit = { name: kind === "recovery" ? "recovery" : "mail", count: 10, windowSeconds: 3600 };
  for (const limit of [gap, all]) {
    const { isAllowed, resetMs } = await limits.take(limit, keyOf(email));
    if (isAllowed) continue;
    const message = `For security purposes, you can only request this after ${toSeconds(resetMs)} seconds.`;
    throw tooMany("over_email_send_rate_limit", message, resetMs);
  }
}

/** Guesses at the secrets of one account, passwords and codes from mails: thirty in five minutes, from wherever. */
export async function limitGuesses(limits: RateLimits, kind: string, email: string): Promise<void> {
  const guesses: RateLimit = { name: `guess-${kind}`, count: 30, windowSeconds: 300 };
  const { isAllowed, resetMs } = await limits.take(guesses, keyOf(email));
  if (!isAllowed) throw tooMany("over_request_rate_limit", "Request rate limit reached", resetMs);
}

interface MailedCode {
  readonly email: string;
  readonly kind: string;
  /** When it was mailed; a new one starts anew. */
  readonly sentAt: Date | null;
}

/** Whether a mailed code is over, because it was tried ten times; the link beside it still works. */
export async function isCodeUsedUp(limits: RateLimits, { email, kind, sentAt }: MailedCode): Promise<boolean> {
  const tries: RateLimit = { name: `code-${kind}`, count: 10, windowSeconds: 3600 };
  const { isAllowed } = await limits.take(tries, keyOf(`${email} ${sentAt?.getTime() ?? 0}`));
  return !isAllowed;
}

// Counts may be kept in Redis, which need not know anybody's address.
function keyOf(email: string): string {
  return hash("sha256", email, "hex");
}
