import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { findUserByEmail } from "../../users/user-repository.ts";
import { requireAdministrable } from "../administration/require-administrable.ts";
import type { Change } from "../audit-account.ts";
import { changeIdentityData } from "./account-repository.ts";

/** How sure it is that an account's address is its owner's. */
export type Proof = "mail" | "administrator" | "none";

/**
 * Gives a confirmed account its row in `public.users`, with the same id; answers the id that the account has then.
 *
 * A row that has the address already, from before there were sign-ups, is taken over with all that belongs to it, but
 * only by who proved the address. Where the proof is a mail, the password is dropped: whoever signed up may be another
 * person than the one who opened the mail, and must not get into an account that was there before. That person is
 * signed in by the link and chooses a password then. Without proof, or when the row has an account, the newcomer gets
 * a row of its own with an address of its own.
 */
export async function joinPublicUser(
  transaction: Kysely<Tables>,
  account: Change & { readonly id: string; readonly email: string; readonly proof: Proof },
): Promise<string> {
  const { id, email } = account;
  if (await hasRow(transaction, id)) return id;
  const older = await findUserByEmail(transaction, email);
  if (older !== undefined && account.proof !== "none" && !(await hasAccount(transaction, older.id))) {
    const { proof, auditor, now } = account;
    // Whoever sets a password for an account gets all that the older one may do.
    if (proof === "administrator") {
      await requireAdministrable({ kysely: transaction, now: () => now }, auditor.principal, older.id);
    }
    await takeOver(transaction, older.id, account);
    return older.id;
  }
  await insertRow(transaction, id, email);
  // Somebody else has the address.
  if (!(await hasRow(transaction, id))) await insertRow(transaction, id, `${id}@gaia.local`);
  return id;
}

async function takeOver(
  transaction: Kysely<Tables>,
  olderId: string,
  { id, proof, now }: { readonly id: string; readonly proof: Proof; readonly now: Date },
): Promise<void> {
  await transaction
    .updateTable("auth.users")
    .set({ id: olderId, updated_at: now, ...(proof === "mail" ? { encrypted_password: null } : {}) })
    .where("id", "=", id)
    .execute();
  await transaction
    .updateTable("auth.identities")
    .set({ provider_id: olderId })
    .where("user_id", "=", olderId)
    .where("provider", "=", "email")
    .execute();
  await changeIdentityData(transaction, olderId, { changes: { sub: olderId }, now });
}

async function hasRow(kysely: Kysely<Tables>, id: string): Promise<boolean> {
  return (await kysely.selectFrom("users").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
}

async function hasAccount(kysely: Kysely<Tables>, id: string): Promise<boolean> {
  return (await kysely.selectFrom("auth.users").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
}

async function insertRow(kysely: Kysely<Tables>, id: string, email: string): Promise<void> {
  await kysely
    .insertInto("users")
    .values({ id, email })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
