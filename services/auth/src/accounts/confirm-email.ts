import type { accounts, InputOf, OutputOf } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import type { AccountDeps } from "./account-deps.ts";
import { describeConfirmation, refusedAs } from "./describe-failure.ts";
import { toAccountUser } from "./to-account-session.ts";

export async function confirmEmail(
  { provider }: Pick<AccountDeps, "provider">,
  auditor: Auditor,
  { email, token }: InputOf<typeof accounts.confirm>,
): Promise<OutputOf<typeof accounts.confirm>> {
  const user = await provider.confirm(auditor, { email, token }).catch(refusedAs(describeConfirmation));
  return { message: "Email confirmed successfully", user: toAccountUser(user) };
}
