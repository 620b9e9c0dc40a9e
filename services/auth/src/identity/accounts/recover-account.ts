import type { IdentityDeps } from "../identity-deps.ts";
import { limitMail } from "../limits.ts";
import { postMail } from "../mail/post-mail.ts";
import { issueMailedToken } from "../verification/issue-mailed-token.ts";
import { findAccountByEmail } from "./account-repository.ts";
import { readEmailAddress } from "./email-address.ts";
import { isBanned } from "./is-banned.ts";

/** Mails a link that signs in, where there is an account, and never tells. Source: supabase/auth `recover.go`. */
export async function recoverAccount(
  deps: IdentityDeps,
  input: { readonly email?: string | undefined; readonly redirect_to?: string | undefined },
): Promise<void> {
  const { kysely, settings, now } = deps;
  const email = readEmailAddress(input.email);
  limitMail(deps.limits, "recovery", email);
  const account = await findAccountByEmail(kysely, email);
  if (account === undefined || isBanned(account, now())) return;
  const issue = { userId: account.id, type: "recovery_token", to: email, redirectTo: input.redirect_to } as const;
  const mail = await kysely
    .transaction()
    .execute((transaction) => issueMailedToken(transaction, settings, { ...issue, now: now() }));
  postMail(deps, mail);
}
