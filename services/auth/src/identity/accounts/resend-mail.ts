import type { IdentityDeps } from "../identity-deps.ts";
import { invalidRequest } from "../identity-error.ts";
import { limitMail } from "../limits.ts";
import { postMail } from "../mail/post-mail.ts";
import { issueMailedToken } from "../verification/issue-mailed-token.ts";
import { findAccountByEmail } from "./account-repository.ts";
import { readEmailAddress } from "./email-address.ts";
import { requestEmailChange } from "./request-email-change.ts";

interface ResendInput {
  readonly type: string;
  readonly email?: string | undefined;
  readonly redirect_to?: string | undefined;
}

/** Mails a confirmation again, where one is awaited, and never tells. Source: supabase/auth `resend.go`. */
export async function resendMail(deps: IdentityDeps, input: ResendInput): Promise<void> {
  if (input.type !== "signup" && input.type !== "email_change") {
    throw invalidRequest("Missing one of these types: signup, email_change, sms, phone_change");
  }
  const email = readEmailAddress(input.email);
  limitMail(deps.limits, input.type, email);
  const account = await findAccountByEmail(deps.kysely, email);
  if (account === undefined) return;
  if (input.type === "signup") {
    if (account.email_confirmed_at === null) await resendConfirmation(deps, account.id, { ...input, email });
  } else if (account.email_change) {
    await requestEmailChange(deps, account, { email: account.email_change, redirectTo: input.redirect_to });
  }
}

async function resendConfirmation(
  deps: IdentityDeps,
  userId: string,
  { email, redirect_to }: ResendInput & { readonly email: string },
): Promise<void> {
  const { kysely, settings, now } = deps;
  const issue = { userId, type: "confirmation_token", to: email, redirectTo: redirect_to, now: now() } as const;
  postMail(deps, await kysely.transaction().execute((transaction) => issueMailedToken(transaction, settings, issue)));
}
