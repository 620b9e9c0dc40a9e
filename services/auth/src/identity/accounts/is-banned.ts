import type { Account } from "./account-repository.ts";

/** Banned for now, or deleted so that only the row is left. */
export function isBanned(account: Account, now: Date): boolean {
  return account.deleted_at !== null || (account.banned_until !== null && account.banned_until > now);
}
