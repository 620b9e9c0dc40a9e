import type { Auditor } from "@gaia/db";
import { postMail } from "../../mail/post-mail.ts";
import { auditAccount } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { issueMailedToken, type TokenType } from "../verification/issue-mailed-token.ts";
import { type Account, changeAccount } from "./account-repository.ts";

interface EmailChange {
  readonly account: Account;
  readonly email: string;
  readonly redirectTo: string | undefined;
}

/** Asks both addresses to agree, the old one too: a session alone must not carry an account away. */
export async function requestEmailChange(
  deps: IdentityDeps,
  auditor: Auditor,
  { account, email, redirectTo }: EmailChange,
): Promise<void> {
  const { kysely, settings } = deps;
  const now = deps.now();
  const receivers: [TokenType, string][] = [["email_change_token_new", email]];
  if (account.email) receivers.push(["email_change_token_current", account.email]);
  const mails = await kysely.transaction().execute(async (transaction) => {
    // An account without an address has nobody else to ask.
    const status = account.email ? 0 : 1;
    await changeAccount(transaction, account.id, { email_change: email, email_change_confirm_status: status });
    const entry = { action: "user.changed", userId: account.id, details: { requested: ["email"] } } as const;
    await auditAccount(transaction, { auditor, now }, entry);
    const written = [];
    for (const [type, to] of receivers) {
      written.push(await issueMailedToken(transaction, settings, { userId: account.id, type, to, redirectTo, now }));
    }
    return written;
  });
  for (const mail of mails) postMail(deps, mail);
}
