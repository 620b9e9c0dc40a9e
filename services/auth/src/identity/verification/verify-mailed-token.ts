import type { GaiaError, IdentitySession } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { readEmailAddress } from "../accounts/email-address.ts";
import { isBanned } from "../accounts/is-banned.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { limitGuesses } from "../limits.ts";
import { describeSession } from "../sessions/describe-session.ts";
import { startSession } from "../sessions/start-session.ts";
import { acceptToken } from "./accept-token.ts";
import { findByCode, findByLink, type FoundToken } from "./find-mailed-token.ts";
import type { TokenType } from "./issue-mailed-token.ts";

interface VerifyInput {
  readonly type?: string | undefined;
  readonly email?: string | undefined;
  /** The code of a mail, or without an address the secret of its link. */
  readonly token?: string | undefined;
  /** The secret of a link. */
  readonly token_hash?: string | undefined;
}

export type Verified =
  | { readonly state: "signed-in"; readonly session: IdentitySession }
  /** One of two addresses has agreed to a change. */
  | { readonly state: "waiting" };

export const waitingMessage = "Confirmation link accepted. Please proceed to confirm link sent to the other email";

const typesByName: Readonly<Record<string, readonly TokenType[]>> = {
  signup: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token"],
  email: ["confirmation_token", "recovery_token"],
  email_change: ["email_change_token_current", "email_change_token_new"],
};

/** Signs in with what was mailed, once. Source: supabase/auth `internal/api/verify.go`. */
export async function verifyMailedToken(deps: IdentityDeps, input: VerifyInput): Promise<Verified> {
  const find = readProof(deps, input);
  const now = deps.now();
  const session = await deps.kysely.transaction().execute(async (transaction) => {
    const found = await find(transaction, now);
    if (found === undefined) throw hasExpired(input);
    if (isBanned(found.account, now)) throw identityError("FORBIDDEN", "user_banned", "User is banned");
    const account = await acceptToken(transaction, found, now);
    return account === undefined ? null : startSession(transaction, account, { method: "otp", now });
  });
  if (session === null) return { state: "waiting" };
  return { state: "signed-in", session: await describeSession(deps, session) };
}

type Find = (transaction: Kysely<Tables>, now: Date) => Promise<FoundToken | undefined>;

function readProof({ limits }: Pick<IdentityDeps, "limits">, input: VerifyInput): Find {
  const { type = "", email, token, token_hash: secret = email ? undefined : token } = input;
  if (type === "") throw invalidRequest("Verify requires a verification type");
  const types = Object.hasOwn(typesByName, type) ? typesByName[type] : undefined;
  if (types === undefined) throw invalidRequest("Invalid email verification type");
  if (secret) return (transaction, now) => findByLink(transaction, { token: secret, types, now });
  if (!token) throw invalidRequest("Verify requires a token or a token hash");
  const address = readEmailAddress(email);
  limitGuesses(limits, "code", address);
  const code = token.replaceAll("-", "");
  return (transaction, now) => findByCode(transaction, { email: address, code, types, now });
}

function hasExpired({ email }: VerifyInput): GaiaError {
  const message = email ? "Token has expired or is invalid" : "Email link is invalid or has expired";
  return identityError("FORBIDDEN", "otp_expired", message);
}
