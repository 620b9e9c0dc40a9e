import type { GaiaError, IdentitySession } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { type Account, findAccountByEmail } from "../accounts/account-repository.ts";
import { isBanned } from "../accounts/is-banned.ts";
import { isPasswordRight } from "../accounts/password.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { limitGuesses } from "../limits.ts";
import { describeSession } from "./describe-session.ts";
import { noteRefusal } from "./note-refusal.ts";
import { startSession } from "./start-session.ts";

const messages = {
  invalid_credentials: "Invalid login credentials",
  user_banned: "User is banned",
  email_not_confirmed: "Email not confirmed",
} as const;

type Refusal = keyof typeof messages;

/**
 * Signs in with a password. What else is wrong with the account is told only to who knows the password. Source:
 * supabase/auth `internal/api/token.go`, `ResourceOwnerPasswordGrant`.
 */
export async function signIn(
  deps: Omit<IdentityDeps, "mailer">,
  auditor: Auditor,
  input: { readonly email?: string | undefined; readonly password?: string | undefined },
): Promise<IdentitySession> {
  const { kysely, settings, now } = deps;
  const email = (input.email ?? "").trim().toLowerCase();
  if (email === "") throw invalidRequest("missing email or phone");
  await limitGuesses(deps.limits, "password", email);
  const account = await findAccountByEmail(kysely, email);
  const isRight = await isPasswordRight(settings, input.password ?? "", account?.encrypted_password);
  if (account === undefined) throw refuse("invalid_credentials");
  const refusal = isRight ? refusalOf(account, now()) : "invalid_credentials";
  if (refusal !== null) {
    noteRefusal(deps, auditor, { of: { userId: account.id }, reason: refusal });
    throw refuse(refusal);
  }
  const session = await kysely
    .transaction()
    .execute((transaction) => startSession(transaction, account, { method: "password", auditor, now: now() }));
  return describeSession(deps, session);
}

function refusalOf(account: Account, now: Date): Refusal | null {
  if (isBanned(account, now)) return "user_banned";
  return account.email_confirmed_at === null ? "email_not_confirmed" : null;
}

function refuse(refusal: Refusal): GaiaError {
  return identityError("BAD_REQUEST", refusal, messages[refusal]);
}
