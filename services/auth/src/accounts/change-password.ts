import type { accounts, InputOf, OutputOf } from "@gaia/contracts";
import type { AccountDeps } from "./account-deps.ts";
import type { SessionOwner } from "./account-provider.ts";
import { describePasswordChange, refusedAs } from "./describe-failure.ts";

/** Ends all other sessions: who knows the old password may be in one of them. */
export async function changePassword(
  { provider }: Pick<AccountDeps, "provider">,
  owner: SessionOwner,
  { current_password, new_password }: InputOf<typeof accounts.changePassword>,
): Promise<OutputOf<typeof accounts.changePassword>> {
  await provider
    .proveOwner(owner, current_password)
    .then(() => provider.changePassword(owner, new_password))
    .catch(refusedAs(describePasswordChange));
  return { message: "Password changed successfully" };
}
