import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import {
  type Account,
  changeAccount,
  changeIdentityData,
  findAccount,
  findAccountByEmail,
  forgetMailedTokens,
} from "../accounts/account-repository.ts";
import { changePublicEmail } from "../accounts/change-public-email.ts";
import { auditAccount, type Change } from "../audit-account.ts";
import { confirmAccount } from "../accounts/confirm-account.ts";
import { identityError } from "../identity-error.ts";
import type { FoundToken } from "./find-mailed-token.ts";

/**
 * Does what a mailed token was for, and makes all that were mailed useless. Nothing comes back where a change of
 * address waits for the other address. Source: supabase/auth `internal/api/verify.go`.
 */
export async function acceptToken(
  transaction: Kysely<Tables>,
  { account, type }: FoundToken,
  change: Change,
): Promise<Account | undefined> {
  switch (type) {
    case "confirmation_token":
      return confirmAccount(transaction, account, { proof: "mail", ...change });
    case "recovery_token":
      return acceptRecovery(transaction, account, change);
    case "email_change_token_current":
    case "email_change_token_new":
      return agreeToChange(transaction, { account, type }, change);
  }
}

/** The password of an account that was never confirmed may be somebody else's; the owner is about to choose one. */
async function acceptRecovery(transaction: Kysely<Tables>, account: Account, change: Change): Promise<Account> {
  const isFirst = account.email_confirmed_at === null;
  if (isFirst) await changeAccount(transaction, account.id, { encrypted_password: null, updated_at: change.now });
  await forgetMailedTokens(transaction, account.id);
  return isFirst ? confirmAccount(transaction, account, { proof: "mail", ...change }) : account;
}

async function agreeToChange(
  transaction: Kysely<Tables>,
  { account, type }: FoundToken,
  change: Change,
): Promise<Account | undefined> {
  if (account.email_change_confirm_status === 1) return changeEmail(transaction, account, change);
  const agreed = { email_change_confirm_status: 1, [type]: "", updated_at: change.now };
  await changeAccount(transaction, account.id, agreed);
  await transaction
    .deleteFrom("auth.one_time_tokens")
    .where("user_id", "=", account.id)
    .where("token_type", "=", type)
    .execute();
  return undefined;
}

async function changeEmail(transaction: Kysely<Tables>, account: Account, change: Change): Promise<Account> {
  const { now } = change;
  const email = account.email_change ?? "";
  const other = await findAccountByEmail(transaction, email);
  if (email === "" || (other !== undefined && other.id !== account.id)) {
    throw identityError("INVALID_INPUT", "email_exists", "A user with this email address has already been registered");
  }
  await changeAccount(transaction, account.id, {
    email,
    email_change: "",
    email_change_confirm_status: 0,
    updated_at: now,
  });
  await changeIdentityData(transaction, account.id, { changes: { email }, now });
  await forgetMailedTokens(transaction, account.id);
  await changePublicEmail(transaction, account.id, { email, ...change });
  const entry = {
    action: "user.changed",
    userId: account.id,
    isByOwner: true,
    details: { fields: ["email"] },
  } as const;
  await auditAccount(transaction, change, entry);
  const changed = await findAccount(transaction, account.id);
  if (changed === undefined) throw new Error("The account went away while its address was changed");
  if (changed.email_confirmed_at !== null) return changed;
  return confirmAccount(transaction, changed, { proof: "mail", ...change });
}
