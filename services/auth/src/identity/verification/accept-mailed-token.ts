import type { GaiaError } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import type { Account } from "../accounts/account-repository.ts";
import { readEmailAddress } from "../accounts/email-address.ts";
import { isBanned } from "../accounts/is-banned.ts";
import type { Change } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { isCodeUsedUp, limitGuesses } from "../limits.ts";
import { noteRefusal } from "../sessions/note-refusal.ts";
import { acceptToken } from "./accept-token.ts";
import { findByCode, findByLink, type FoundToken, lastMailedAt } from "./find-mailed-token.ts";
import type { TokenType } from "./issue-mailed-token.ts";

export interface MailedProof {
  readonly type?: string | undefined;
  readonly email?: string | undefined;
  /** The code of a mail, or without an address the secret of its link. */
  readonly token?: string | undefined;
  /** The secret of a link. */
  readonly token_hash?: string | undefined;
}

type Accepted<T> =
  | { readonly state: "accepted"; readonly value: T }
  /** One of two addresses has agreed to a change. */
  | { readonly state: "waiting" };

const typesByName: Readonly<Record<string, readonly TokenType[]>> = {
  signup: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token"],
  email: ["confirmation_token", "recovery_token"],
  email_change: ["email_change_token_current", "email_change_token_new"],
};

/**
 * Does what was mailed, once, and in the same transaction what the account's owner wants with it. Source: supabase/auth
 * `internal/api/verify.go`.
 */
export async function acceptMailedToken<T>(
  deps: IdentityDeps,
  auditor: Auditor,
  proof: MailedProof,
  use: (transaction: Kysely<Tables>, account: Account, change: Change) => Promise<T>,
): Promise<Accepted<T>> {
  const find = await readProof(deps, proof);
  const change = { auditor, now: deps.now() };
  const accepted = await deps.kysely.transaction().execute(async (transaction) => {
    const found = await find(transaction, change.now);
    if (found === undefined) return undefined;
    if (isBanned(found.account, change.now)) throw identityError("FORBIDDEN", "user_banned", "User is banned");
    const account = await acceptToken(transaction, found, change);
    return account === undefined
      ? ({ state: "waiting" } as const)
      : ({ state: "accepted", value: await use(transaction, account, change) } as const);
  });
  if (accepted !== undefined) return accepted;
  if (proof.email) {
    noteRefusal(deps, auditor, { of: { email: readEmailAddress(proof.email) }, reason: "otp_expired" });
  }
  throw hasExpired(proof);
}

type Find = (transaction: Kysely<Tables>, now: Date) => Promise<FoundToken | undefined>;

async function readProof(
  { kysely, limits }: Pick<IdentityDeps, "kysely" | "limits">,
  proof: MailedProof,
): Promise<Find> {
  const { type = "", email, token, token_hash: secret = email ? undefined : token } = proof;
  if (type === "") throw invalidRequest("Verify requires a verification type");
  const types = Object.hasOwn(typesByName, type) ? typesByName[type] : undefined;
  if (types === undefined) throw invalidRequest("Invalid email verification type");
  if (secret) return (transaction, now) => findByLink(transaction, { token: secret, types, now });
  if (!token) throw invalidRequest("Verify requires a token or a token hash");
  const address = readEmailAddress(email);
  await limitGuesses(limits, "code", address);
  const sentAt = await lastMailedAt(kysely, address, types);
  if (await isCodeUsedUp(limits, { email: address, kind: type, sentAt })) return async () => undefined;
  const code = token.replaceAll("-", "");
  return (transaction, now) => findByCode(transaction, { email: address, code, types, now });
}

function hasExpired({ email }: MailedProof): GaiaError {
  const message = email ? "Token has expired or is invalid" : "Email link is invalid or has expired";
  return identityError("FORBIDDEN", "otp_expired", message);
}
