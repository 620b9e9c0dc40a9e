import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { type Account, changeAccount } from "../accounts/account-repository.ts";
import { createRefreshTokenKey } from "./refresh-token.ts";
import { insertSession, type Method, type SessionRow } from "./session-repository.ts";

/** A new session of an account that may sign in. */
export async function startSession(
  transaction: Kysely<Tables>,
  account: Account,
  { method, now }: { readonly method: Method; readonly now: Date },
): Promise<SessionRow> {
  await changeAccount(transaction, account.id, { last_sign_in_at: now, updated_at: now });
  await transaction
    .updateTable("auth.identities")
    .set({ last_sign_in_at: now })
    .where("user_id", "=", account.id)
    .where("provider", "=", "email")
    .execute();
  return insertSession(transaction, { userId: account.id, key: createRefreshTokenKey(), method, now });
}
