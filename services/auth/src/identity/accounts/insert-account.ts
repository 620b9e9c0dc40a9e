import { randomUUID } from "node:crypto";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";

interface NewAccount {
  readonly id: string;
  readonly email: string;
  /** `null` where only mail signs in. */
  readonly passwordHash: string | null;
  readonly userMetadata: Readonly<Record<string, unknown>>;
  readonly appMetadata?: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

/** Adds an account with the identity of its address; false when the address is taken. */
export async function insertAccount(transaction: Kysely<Tables>, account: NewAccount): Promise<boolean> {
  const { id, email, now } = account;
  const appMetadata = { provider: "email", providers: ["email"], ...account.appMetadata };
  const profile = { ...account.userMetadata, sub: id, email, email_verified: false, phone_verified: false };
  const { numInsertedOrUpdatedRows = 0n } = await transaction
    .insertInto("auth.users")
    .values({
      id,
      aud: "authenticated",
      role: "authenticated",
      email,
      encrypted_password: account.passwordHash,
      confirmation_token: "",
      recovery_token: "",
      email_change_token_new: "",
      email_change: "",
      raw_app_meta_data: JSON.stringify(appMetadata),
      raw_user_meta_data: JSON.stringify(profile),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return false;
  await transaction
    .insertInto("auth.identities")
    .values({
      id: randomUUID(),
      provider_id: id,
      user_id: id,
      provider: "email",
      identity_data: JSON.stringify({ sub: id, email, email_verified: false, phone_verified: false }),
      last_sign_in_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
  return true;
}
