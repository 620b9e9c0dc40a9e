import { randomUUID } from "node:crypto";
import type { IdentityUser } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { changeAccount, findAccount, readRecord } from "../accounts/account-repository.ts";
import { findUser } from "../accounts/account-to-user.ts";
import { confirmAccount } from "../accounts/confirm-account.ts";
import { readEmailAddress } from "../accounts/email-address.ts";
import { insertAccount } from "../accounts/insert-account.ts";
import { mergeMetadata } from "../accounts/merge-metadata.ts";
import { checkPassword, hashPassword } from "../accounts/password.ts";
import { auditAccount } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { accountNotFound, identityError } from "../identity-error.ts";
import type { AdministeredFields } from "./administered-fields.ts";
import { readBanEnd } from "./ban-duration.ts";

/**
 * An account for somebody else. An administrator who says that the address is confirmed also gives it the older row
 * of that address. Source: supabase/auth `internal/api/admin.go`, `adminUserCreate`.
 */
export async function createIdentityUser(
  deps: IdentityDeps,
  auditor: Auditor,
  input: AdministeredFields,
): Promise<IdentityUser> {
  const { kysely, settings } = deps;
  const email = readEmailAddress(input.email);
  const now = deps.now();
  const bannedUntil = input.ban_duration ? readBanEnd(input.ban_duration, now) : null;
  if (input.password) checkPassword(settings, input.password);
  const passwordHash = input.password ? await hashPassword(settings, input.password) : null;
  const account = {
    id: randomUUID(),
    email,
    passwordHash,
    userMetadata: mergeMetadata({}, readRecord(input.user_metadata)),
    appMetadata: mergeMetadata({}, readRecord(input.app_metadata)),
    now,
  };
  const id = await kysely.transaction().execute(async (transaction) => {
    const isNew = await insertAccount(transaction, account);
    const added = await findAccount(transaction, account.id);
    if (!isNew || added === undefined) {
      const message = "A user with this email address has already been registered";
      throw identityError("INVALID_INPUT", "email_exists", message);
    }
    await auditAccount(transaction, { auditor, now }, { action: "user.registered", userId: added.id });
    if (bannedUntil !== null) {
      const details = { banned_until: bannedUntil.toISOString() };
      await changeAccount(transaction, added.id, { banned_until: bannedUntil });
      await auditAccount(transaction, { auditor, now }, { action: "user.banned", userId: added.id, details });
    }
    if (input.email_confirm !== true) return added.id;
    return (await confirmAccount(transaction, added, { proof: "administrator", auditor, now })).id;
  });
  const user = await findUser(kysely, id);
  if (user === undefined) throw accountNotFound();
  return user;
}
