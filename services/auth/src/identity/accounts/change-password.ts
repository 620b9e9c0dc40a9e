import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { auditAccount, type Change } from "../audit-account.ts";
import { endSessions } from "../sessions/end-sessions.ts";
import { changeAccount, forgetMailedTokens } from "./account-repository.ts";

interface PasswordChange extends Change {
  readonly userId: string;
  readonly passwordHash: string;
  /** The session that made the change goes on. */
  readonly keepSession: string | null;
  /** Whether the owner does it, although without credentials. */
  readonly isByOwner?: boolean;
}

/**
 * Ends all other sessions and every mailed link, since who had the old password may have asked for them. Source:
 * `UpdatePassword` of supabase/auth `internal/models/user.go`.
 */
export async function changePassword(transaction: Kysely<Tables>, change: PasswordChange): Promise<void> {
  const { userId, passwordHash, keepSession, isByOwner = false, auditor, now } = change;
  await changeAccount(transaction, userId, { encrypted_password: passwordHash, updated_at: now });
  await forgetMailedTokens(transaction, userId);
  await auditAccount(transaction, change, { action: "user.password_changed", userId, isByOwner });
  const which = keepSession === null ? "all" : { allBut: keepSession };
  await endSessions(transaction, { userId, which, why: "password_changed", isByOwner, auditor, now });
}
