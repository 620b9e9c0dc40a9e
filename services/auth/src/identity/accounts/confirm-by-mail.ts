import type { IdentityUser } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import type { IdentityDeps } from "../identity-deps.ts";
import { ownAccountGone } from "../identity-error.ts";
import { acceptMailedToken } from "../verification/accept-mailed-token.ts";
import { isLinkToken } from "../verification/mailed-token.ts";
import { findUser } from "./account-to-user.ts";

/** Confirms an address with the code or the link's secret of a mail, and signs nobody in. */
export async function confirmByMail(
  deps: IdentityDeps,
  auditor: Auditor,
  { email, token }: { readonly email: string; readonly token: string },
): Promise<IdentityUser> {
  const proof = isLinkToken(token) ? { token_hash: token } : { email, token };
  const accepted = await acceptMailedToken(
    deps,
    auditor,
    { type: "signup", ...proof },
    async (_transaction, account) => account.id,
  );
  const user = accepted.state === "accepted" ? await findUser(deps.kysely, accepted.value) : undefined;
  if (user === undefined) throw ownAccountGone();
  return user;
}
