import type { IdentitySession } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import type { IdentityDeps } from "../identity-deps.ts";
import { ownAccountGone } from "../identity-error.ts";
import { describeSession } from "../sessions/describe-session.ts";
import { startSession } from "../sessions/start-session.ts";
import { acceptMailedToken, type MailedProof } from "../verification/accept-mailed-token.ts";
import { changePassword } from "./change-password.ts";
import { checkPassword, hashPassword } from "./password.ts";

/**
 * A new password for who opened the mail, and a session; all others end. A password that is refused leaves the mail as
 * good as it was.
 */
export async function resetPassword(
  deps: IdentityDeps,
  auditor: Auditor,
  { password, ...proof }: Omit<MailedProof, "type"> & { readonly password: string },
): Promise<IdentitySession> {
  checkPassword(deps.settings, password);
  const passwordHash = await hashPassword(deps.settings, password);
  const accepted = await acceptMailedToken(
    deps,
    auditor,
    { ...proof, type: "recovery" },
    async (transaction, account, change) => {
      const { id: userId } = account;
      await changePassword(transaction, { userId, passwordHash, keepSession: null, isByOwner: true, ...change });
      return startSession(transaction, account, { method: "otp", ...change });
    },
  );
  if (accepted.state === "waiting") throw ownAccountGone();
  return describeSession(deps, accepted.value);
}
