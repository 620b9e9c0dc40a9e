import type { IdentityUser } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import {
  type Account,
  changeAccount,
  changeIdentityData,
  findAccount,
  findAccountByEmail,
} from "../accounts/account-repository.ts";
import { findUser } from "../accounts/account-to-user.ts";
import { changePassword } from "../accounts/change-password.ts";
import { changePublicEmail } from "../accounts/change-public-email.ts";
import { confirmAccount } from "../accounts/confirm-account.ts";
import { readEmailAddress } from "../accounts/email-address.ts";
import { mergeMetadata } from "../accounts/merge-metadata.ts";
import { checkPassword, hashPassword } from "../accounts/password.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { accountNotFound, identityError } from "../identity-error.ts";
import { announceRevocation } from "../sessions/end-sessions.ts";
import { type AdministeredFields, readUserId } from "./administered-fields.ts";
import { readBanEnd } from "./ban-duration.ts";

interface Changes {
  readonly email: string | undefined;
  readonly passwordHash: string | undefined;
  readonly bannedUntil: Date | null | undefined;
  readonly input: AdministeredFields;
  readonly now: Date;
}

/** Source: supabase/auth `internal/api/admin.go`, `adminUserUpdate`. A ban takes effect at once, everywhere. */
export async function updateIdentityUser(
  deps: IdentityDeps,
  input: AdministeredFields & { readonly user_id: string },
): Promise<IdentityUser> {
  const { kysely, settings } = deps;
  const now = deps.now();
  const id = readUserId(input.user_id);
  if (input.password) checkPassword(settings, input.password);
  const changes: Changes = {
    email: input.email ? readEmailAddress(input.email) : undefined,
    passwordHash: input.password ? await hashPassword(settings, input.password) : undefined,
    bannedUntil: input.ban_duration ? readBanEnd(input.ban_duration, now) : undefined,
    input,
    now,
  };
  const finalId = await kysely.transaction().execute(async (transaction) => {
    const account = await findAccount(transaction, id);
    if (account === undefined) throw accountNotFound();
    return apply(transaction, account, changes);
  });
  const user = await findUser(kysely, finalId);
  if (user === undefined) throw accountNotFound();
  return user;
}

async function apply(transaction: Kysely<Tables>, account: Account, changes: Changes): Promise<string> {
  const { id } = account;
  const { email, passwordHash, bannedUntil, input, now } = changes;
  if (email !== undefined && email !== account.email) await changeEmail(transaction, account.id, { email, now });
  if (passwordHash !== undefined) {
    await changePassword(transaction, { userId: id, passwordHash, keepSession: null, now });
  }
  if (bannedUntil !== undefined) {
    await changeAccount(transaction, id, { banned_until: bannedUntil, updated_at: now });
    await announceRevocation(transaction, { userId: id, sessionIds: null, now });
  }
  if (input.user_metadata) {
    const merged = mergeMetadata(account.raw_user_meta_data, input.user_metadata);
    await changeAccount(transaction, id, { raw_user_meta_data: JSON.stringify(merged), updated_at: now });
  }
  if (input.app_metadata) {
    const merged = mergeMetadata(account.raw_app_meta_data, input.app_metadata);
    await changeAccount(transaction, id, { raw_app_meta_data: JSON.stringify(merged), updated_at: now });
  }
  if (input.email_confirm !== true) return id;
  const changed = (await findAccount(transaction, id)) ?? account;
  return (await confirmAccount(transaction, changed, { proof: "administrator", now })).id;
}

async function changeEmail(
  transaction: Kysely<Tables>,
  id: string,
  { email, now }: { readonly email: string; readonly now: Date },
): Promise<void> {
  if ((await findAccountByEmail(transaction, email)) !== undefined) {
    throw identityError("INVALID_INPUT", "email_exists", "A user with this email address has already been registered");
  }
  await changeAccount(transaction, id, { email, updated_at: now });
  await changeIdentityData(transaction, id, { changes: { email }, now });
  await changePublicEmail(transaction, id, email);
}
