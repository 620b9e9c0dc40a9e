import type { IdentityUser } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import {
  type Account,
  type AccountChanges,
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
import { auditAccount, type Change } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { accountNotFound, identityError } from "../identity-error.ts";
import { isAdministrator, keepAnAdministrator } from "../../roles/keep-an-administrator.ts";
import { announceRevocation } from "../sessions/end-sessions.ts";
import { type AdministeredFields, readUserId } from "./administered-fields.ts";
import { readBanEnd } from "./ban-duration.ts";
import { requireAdministrable } from "./require-administrable.ts";

interface Changes extends Change {
  readonly email: string | undefined;
  readonly passwordHash: string | undefined;
  readonly bannedUntil: Date | null | undefined;
  readonly input: AdministeredFields;
}

/** Source: supabase/auth `internal/api/admin.go`, `adminUserUpdate`. A ban takes effect at once, everywhere. */
export async function updateIdentityUser(
  deps: IdentityDeps,
  auditor: Auditor,
  input: AdministeredFields & { readonly user_id: string },
): Promise<IdentityUser> {
  const { kysely, settings } = deps;
  const now = deps.now();
  const id = readUserId(input.user_id);
  await requireAdministrable(deps, auditor.principal, id);
  if (input.password) checkPassword(settings, input.password);
  const changes: Changes = {
    email: input.email ? readEmailAddress(input.email) : undefined,
    passwordHash: input.password ? await hashPassword(settings, input.password) : undefined,
    bannedUntil: input.ban_duration ? readBanEnd(input.ban_duration, now) : undefined,
    input,
    auditor,
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
  const { email, passwordHash, bannedUntil, input, auditor, now } = changes;
  if (email !== undefined && email !== account.email)
    await changeEmail(transaction, account.id, { email, auditor, now });
  if (passwordHash !== undefined) {
    await changePassword(transaction, { userId: id, passwordHash, keepSession: null, auditor, now });
  }
  if (bannedUntil !== undefined) await changeBan(transaction, id, { ...changes, bannedUntil });
  const metadata = mergedMetadata(account, input);
  if (metadata !== null) await changeAccount(transaction, id, { ...metadata, updated_at: now });
  const fields = (["email", "user_metadata", "app_metadata"] as const).filter((name) => Boolean(input[name]));
  if (fields.length > 0) {
    await auditAccount(transaction, changes, { action: "user.changed", userId: id, details: { fields } });
  }
  if (input.email_confirm !== true) return id;
  const changed = (await findAccount(transaction, id)) ?? account;
  return (await confirmAccount(transaction, changed, { proof: "administrator", auditor, now })).id;
}

async function changeBan(
  transaction: Kysely<Tables>,
  userId: string,
  { bannedUntil, auditor, now }: Change & { readonly bannedUntil: Date | null },
): Promise<void> {
  await changeAccount(transaction, userId, { banned_until: bannedUntil, updated_at: now });
  if (bannedUntil !== null && (await isAdministrator(transaction, userId))) await keepAnAdministrator(transaction, now);
  await announceRevocation(transaction, { userId, sessionIds: null, auditor, now });
  const entry =
    bannedUntil === null
      ? ({ action: "user.unbanned", userId } as const)
      : ({ action: "user.banned", userId, details: { banned_until: bannedUntil.toISOString() } } as const);
  await auditAccount(transaction, { auditor, now }, entry);
}

function mergedMetadata(
  account: Account,
  { user_metadata: own, app_metadata: administered }: AdministeredFields,
): AccountChanges | null {
  if (!own && !administered) return null;
  return {
    ...(own ? { raw_user_meta_data: JSON.stringify(mergeMetadata(account.raw_user_meta_data, own)) } : {}),
    ...(administered
      ? { raw_app_meta_data: JSON.stringify(mergeMetadata(account.raw_app_meta_data, administered)) }
      : {}),
  };
}

async function changeEmail(
  transaction: Kysely<Tables>,
  id: string,
  { email, auditor, now }: Change & { readonly email: string },
): Promise<void> {
  if ((await findAccountByEmail(transaction, email)) !== undefined) {
    throw identityError("INVALID_INPUT", "email_exists", "A user with this email address has already been registered");
  }
  await changeAccount(transaction, id, { email, updated_at: now });
  await changeIdentityData(transaction, id, { changes: { email }, now });
  await changePublicEmail(transaction, id, { email, auditor, now });
}
