import type { Auditor } from "@gaia/db";
import { postMail } from "../../mail/post-mail.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { invalidRequest } from "../identity-error.ts";
import { limitMail } from "../limits.ts";
import { issueMailedToken } from "../verification/issue-mailed-token.ts";
import { findAccountByEmail } from "./account-repository.ts";
import { readEmailAddress } from "./email-address.ts";
import { requestEmailChange } from "./request-email-change.ts";

interface ResendInput {
  readonly type: string;
  readonly email?: string | undefined;
  readonly redirect_to?: string | undefined;
}

interface Resending {
  readonly type: "signup" | "email_change";
  readonly email: string;
  readonly redirectTo: string | undefined;
}

/**
 * Mails a confirmation again, where one is awaited, and never tells: not by the answer, and not by its time, for nobody
 * waits for the work. Source: supabase/auth `resend.go`.
 */
export async function resendMail(deps: IdentityDeps, auditor: Auditor, input: ResendInput): Promise<void> {
  const { type, redirect_to: redirectTo } = input;
  if (type !== "signup" && type !== "email_change") {
    throw invalidRequest("Missing one of these types: signup, email_change, sms, phone_change");
  }
  const email = readEmailAddress(input.email);
  await limitMail(deps.limits, type, email);
  deps.background.run("mail again", mailAgain(deps, auditor, { type, email, redirectTo }));
}

async function mailAgain(deps: IdentityDeps, auditor: Auditor, { type, email, redirectTo }: Resending): Promise<void> {
  const account = await findAccountByEmail(deps.kysely, email);
  if (account === undefined) return;
  if (type === "signup") {
    if (account.email_confirmed_at === null) await mailConfirmation(deps, account.id, { email, redirectTo });
  } else if (account.email_change) {
    await requestEmailChange(deps, auditor, { account, email: account.email_change, redirectTo });
  }
}

async function mailConfirmation(
  deps: IdentityDeps,
  userId: string,
  { email, redirectTo }: Pick<Resending, "email" | "redirectTo">,
): Promise<void> {
  const { kysely, settings, now } = deps;
  const issue = { userId, type: "confirmation_token", to: email, redirectTo, now: now() } as const;
  postMail(deps, await kysely.transaction().execute((transaction) => issueMailedToken(transaction, settings, issue)));
}
