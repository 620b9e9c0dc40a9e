import type { Auditor } from "@gaia/db";
import { postMail } from "../../mail/post-mail.ts";
import { auditAccount } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { limitMail } from "../limits.ts";
import { issueMailedToken } from "../verification/issue-mailed-token.ts";
import { findAccountByEmail } from "./account-repository.ts";
import { readEmailAddress } from "./email-address.ts";
import { isBanned } from "./is-banned.ts";

interface Recovery {
  readonly email: string;
  readonly redirectTo: string | undefined;
}

/**
 * Mails a link that signs in, where there is an account, and never tells: not by the answer, and not by its time, for
 * nobody waits for the work. Source: supabase/auth `recover.go`.
 */
export async function recoverAccount(
  deps: IdentityDeps,
  auditor: Auditor,
  input: { readonly email?: string | undefined; readonly redirect_to?: string | undefined },
): Promise<void> {
  const email = readEmailAddress(input.email);
  await limitMail(deps.limits, "recovery", email);
  deps.background.run("mail recovery", mailRecovery(deps, auditor, { email, redirectTo: input.redirect_to }));
}

async function mailRecovery(deps: IdentityDeps, auditor: Auditor, { email, redirectTo }: Recovery): Promise<void> {
  const { kysely, settings } = deps;
  const now = deps.now();
  const account = await findAccountByEmail(kysely, email);
  if (account === undefined || isBanned(account, now)) return;
  const issue = { userId: account.id, type: "recovery_token", to: email, redirectTo, now } as const;
  const mail = await kysely.transaction().execute(async (transaction) => {
    await auditAccount(transaction, { auditor, now }, { action: "user.recovery_requested", userId: account.id });
    return issueMailedToken(transaction, settings, issue);
  });
  postMail(deps, mail);
}
