import type { IdentityDeps } from "../identity-deps.ts";
import { postMail } from "../mail/post-mail.ts";
import { issueMailedToken, type TokenType } from "../verification/issue-mailed-token.ts";
import { type Account, changeAccount } from "./account-repository.ts";

/** Asks both addresses to agree, the old one too: a session alone must not carry an account away. */
export async function requestEmailChange(
  deps: IdentityDeps,
  account: Account,
  { email, redirectTo }: { readonly email: string; readonly redirectTo: string | undefined },
): Promise<void> {
  const { kysely, settings, now } = deps;
  const receivers: [TokenType, string][] = [["email_change_token_new", email]];
  if (account.email) receivers.push(["email_change_token_current", account.email]);
  const mails = await kysely.transaction().execute(async (transaction) => {
    // An account without an address has nobody else to ask.
    const status = account.email ? 0 : 1;
    await changeAccount(transaction, account.id, { email_change: email, email_change_confirm_status: status });
    const written = [];
    for (const [type, to] of receivers) {
      const issue = { userId: account.id, type, to, redirectTo, now: now() };
      written.push(await issueMailedToken(transaction, settings, issue));
    }
    return written;
  });
  for (const mail of mails) postMail(deps, mail);
}
