import type { IdentitySession } from "@gaia/contracts";
import { findAccountByEmail } from "../accounts/account-repository.ts";
import { isBanned } from "../accounts/is-banned.ts";
import { isPasswordRight } from "../accounts/password.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { limitGuesses } from "../limits.ts";
import { describeSession } from "./describe-session.ts";
import { startSession } from "./start-session.ts";

/**
 * Signs in with a password. What else is wrong with the account is told only to who knows the password. Source:
 * supabase/auth `internal/api/token.go`, `ResourceOwnerPasswordGrant`.
 */
export async function signIn(
  deps: Omit<IdentityDeps, "mailer" | "background">,
  input: { readonly email: string | undefined; readonly password: string | undefined },
): Promise<IdentitySession> {
  const { kysely, settings, now } = deps;
  const email = (input.email ?? "").trim().toLowerCase();
  if (email === "") throw invalidRequest("missing email or phone");
  limitGuesses(deps.limits, "password", email);
  const account = await findAccountByEmail(kysely, email);
  const isRight = await isPasswordRight(settings, input.password ?? "", account?.encrypted_password);
  if (account === undefined || !isRight) {
    throw identityError("BAD_REQUEST", "invalid_credentials", "Invalid login credentials");
  }
  if (isBanned(account, now())) throw identityError("BAD_REQUEST", "user_banned", "User is banned");
  if (account.email_confirmed_at === null) {
    throw identityError("BAD_REQUEST", "email_not_confirmed", "Email not confirmed");
  }
  const session = await kysely
    .transaction()
    .execute((transaction) => startSession(transaction, account, { method: "password", now: now() }));
  return describeSession(deps, session);
}
