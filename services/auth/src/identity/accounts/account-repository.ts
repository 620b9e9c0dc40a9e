import type { Tables } from "@gaia/db";
import type { Kysely, Selectable, Updateable } from "kysely";

export type Account = Selectable<Tables["auth.users"]>;
export type IdentityRow = Selectable<Tables["auth.identities"]>;
export type AccountChanges = Omit<Updateable<Tables["auth.users"]>, "id">;

type AuthTables = Kysely<Tables>;

export async function findAccount(kysely: AuthTables, id: string): Promise<Account | undefined> {
  return kysely.selectFrom("auth.users").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The address must be in small letters. */
export async function findAccountByEmail(kysely: AuthTables, email: string): Promise<Account | undefined> {
  return kysely
    .selectFrom("auth.users")
    .selectAll()
    .where("email", "=", email)
    .where("is_sso_user", "=", false)
    .executeTakeFirst();
}

export async function findIdentities(kysely: AuthTables, userIds: readonly string[]): Promise<IdentityRow[]> {
  if (userIds.length === 0) return [];
  return kysely
    .selectFrom("auth.identities")
    .selectAll()
    .where("user_id", "in", userIds)
    .orderBy("created_at")
    .execute();
}

export async function changeAccount(kysely: AuthTables, id: string, changes: AccountChanges): Promise<void> {
  await kysely.updateTable("auth.users").set(changes).where("id", "=", id).execute();
}

/** Nothing that was mailed before works any longer, neither links nor codes. */
export async function forgetMailedTokens(kysely: AuthTables, id: string): Promise<void> {
  await changeAccount(kysely, id, {
    confirmation_token: "",
    recovery_token: "",
    email_change_token_current: "",
    email_change_token_new: "",
  });
  await kysely.deleteFrom("auth.one_time_tokens").where("user_id", "=", id).execute();
}

/** Merges into the data of the address's identity, which clients see. */
export async function changeIdentityData(
  kysely: AuthTables,
  id: string,
  { changes, now }: { readonly changes: Readonly<Record<string, unknown>>; readonly now: Date },
): Promise<void> {
  const [identity] = (await findIdentities(kysely, [id])).filter(({ provider }) => provider === "email");
  if (identity === undefined) return;
  const data = JSON.stringify({ ...readRecord(identity.identity_data), ...changes });
  await kysely
    .updateTable("auth.identities")
    .set({ identity_data: data, updated_at: now })
    .where("id", "=", identity.id)
    .execute();
}

/** What a JSON column holds, where it should be an object. */
export function readRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
