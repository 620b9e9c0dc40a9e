import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { type Account, changeAccount } from "../accounts/account-repository.ts";
import { auditAccount, type Change } from "../audit-account.ts";
import { createRefreshTokenKey } from "./refresh-token.ts";
import { insertSession, type Method, type SessionRow } from "./session-repository.ts";

/** A new session of an account that may sign in. */
export async function startSession(
  transaction: Kysely<Tables>,
  account: Account,
  { method, auditor, now }: Change & { readonly method: Method },
): Promise<SessionRow> {
  const { id } = account;
  await changeAccount(transaction, id, { last_sign_in_at: now, updated_at: now });
  await transaction
    .updateTable("auth.identities")
    .set({ last_sign_in_at: now })
    .where("user_id", "=", id)
    .where("provider", "=", "email")
    .execute();
  const key = createRefreshTokenKey();
  const session = await insertSession(transaction, { userId: id, key, method, client: auditor.client, now });
  const entry = { action: "session.started", userId: id, sessionId: session.id, isByOwner: true } as const;
  await auditAccount(transaction, { auditor, now }, { ...entry, details: { method } });
  return session;
}
