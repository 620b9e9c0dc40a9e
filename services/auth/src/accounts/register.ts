import type { accounts, InputOf, OutputOf } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import type { AccountDeps } from "./account-deps.ts";
import { describeRegistration, refusedAs } from "./describe-failure.ts";
import { toAccountSession, toAccountUser } from "./to-account-session.ts";

export async function register(
  { provider, now }: Pick<AccountDeps, "provider" | "now">,
  auditor: Auditor,
  input: InputOf<typeof accounts.register>,
): Promise<OutputOf<typeof accounts.register>> {
  const { user, session } = await provider.signUp(auditor, input).catch(refusedAs(describeRegistration));
  return { user: toAccountUser(user), session: session === null ? null : toAccountSession(session, now()) };
}
