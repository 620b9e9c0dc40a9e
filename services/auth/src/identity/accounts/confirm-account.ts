import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import {
  type Account,
  changeAccount,
  changeIdentityData,
  findAccount,
  forgetMailedTokens,
  readRecord,
} from "./account-repository.ts";
import { auditAccount, type Change } from "../audit-account.ts";
import { joinPublicUser, type Proof } from "./join-public-user.ts";

/** From now on the account can be used. Its id may change, because it may take over an older one. */
export async function confirmAccount(
  transaction: Kysely<Tables>,
  account: Account,
  { proof, auditor, now }: Change & { readonly proof: Proof },
): Promise<Account> {
  const metadata = JSON.stringify({ ...readRecord(account.raw_user_meta_data), email_verified: true });
  await changeAccount(transaction, account.id, {
    email_confirmed_at: account.email_confirmed_at ?? now,
    raw_user_meta_data: metadata,
    updated_at: now,
  });
  await changeIdentityData(transaction, account.id, { changes: { email_verified: true }, now });
  await forgetMailedTokens(transaction, account.id);
  const id = await joinPublicUser(transaction, { id: account.id, email: account.email ?? "", proof, auditor, now });
  const confirmed = await findAccount(transaction, id);
  if (confirmed === undefined) throw new Error("The account went away while it was confirmed");
  if (account.email_confirmed_at !== null) return confirmed;
  const details = { proof, ...(id === account.id ? {} : { former_id: account.id }) };
  const isByOwner = proof !== "administrator";
  await auditAccount(transaction, { auditor, now }, { action: "user.confirmed", userId: id, isByOwner, details });
  return confirmed;
}
