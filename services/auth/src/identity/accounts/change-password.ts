import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { endSessions } from "../sessions/end-sessions.ts";
import { changeAccount, forgetMailedTokens } from "./account-repository.ts";

interface PasswordChange {
  readonly userId: string;
  readonly passwordHash: string;
  /** The session that made the change goes on. */
  readonly keepSession: string | null;
  readonly now: Date;
}

/**
 * Ends all other sessions and every mailed link, since who had the old password may have asked for them. Source:
 * `UpdatePassword` of supabase/auth `internal/models/user.go`.
 */
export async function changePassword(transaction: Kysely<Tables>, change: PasswordChange): Promise<void> {
  const { userId, passwordHash, keepSession, now } = change;
  await changeAccount(transaction, userId, { encrypted_password: passwordHash, updated_at: now });
  await forgetMailedTokens(transaction, userId);
  const which = keepSession === null ? "all" : { allBut: keepSession };
  await endSessions(transaction, { userId, which, now });
}
