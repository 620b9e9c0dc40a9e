import type { IdentityUser } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { type Account, findAccount, findIdentities, type IdentityRow, readRecord } from "./account-repository.ts";

/** An account as clients see it: without hashes, and without what is not known. */
export function accountToUser(account: Account, identities: readonly IdentityRow[]): IdentityUser {
  return {
    id: account.id,
    aud: account.aud ?? "",
    role: account.role ?? "",
    email: account.email ?? "",
    phone: account.phone ?? "",
    ...timesOf(account),
    ...(account.email_change ? { new_email: account.email_change } : {}),
    app_metadata: readRecord(account.raw_app_meta_data),
    user_metadata: readRecord(account.raw_user_meta_data),
    identities: identities.map(rowToIdentity),
    created_at: (account.created_at ?? new Date(0)).toISOString(),
    updated_at: (account.updated_at ?? new Date(0)).toISOString(),
    is_anonymous: account.is_anonymous,
  };
}

const timeNames = [
  "email_confirmed_at",
  "invited_at",
  "confirmation_sent_at",
  "confirmed_at",
  "recovery_sent_at",
  "email_change_sent_at",
  "last_sign_in_at",
  "banned_until",
  "deleted_at",
] as const;

function timesOf(account: Account): Partial<Record<(typeof timeNames)[number], string>> {
  return Object.fromEntries(
    timeNames.flatMap((name) => {
      const time = account[name];
      return time === null ? [] : [[name, time.toISOString()]];
    }),
  );
}

function rowToIdentity(row: IdentityRow): IdentityUser["identities"][number] {
  return {
    identity_id: row.id,
    id: row.provider_id,
    user_id: row.user_id,
    identity_data: readRecord(row.identity_data),
    provider: row.provider,
    ...(row.last_sign_in_at === null ? {} : { last_sign_in_at: row.last_sign_in_at.toISOString() }),
    ...(row.created_at === null ? {} : { created_at: row.created_at.toISOString() }),
    ...(row.updated_at === null ? {} : { updated_at: row.updated_at.toISOString() }),
    ...(row.email === null ? {} : { email: row.email }),
  };
}

export async function findUser(kysely: Kysely<Tables>, id: string): Promise<IdentityUser | undefined> {
  const account = await findAccount(kysely, id);
  return account === undefined ? undefined : accountToUser(account, await findIdentities(kysely, [id]));
}
