import { randomUUID } from "node:crypto";
import { auth, notFound } from "@gaia/contracts";
import { appendEvent, type Tables } from "@gaia/db";
import type { Transaction } from "kysely";
import type { AuthDeps } from "../deps.ts";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { assignGlobalRole } from "../access/assign-global-role.ts";
import { findUserByEmail } from "../users/user-repository.ts";
import { insertKey } from "./api-key-repository.ts";
import { createKeySecret, hashKeySecret, shownPrefix } from "./key-secret.ts";

interface IssueApiKeyInput {
  readonly email: string;
  readonly name: string;
  /** Makes the owner an administrator too: a key is never more than its user. */
  readonly isAdmin: boolean;
  readonly expiresAt: Date | null;
  /** A secret that is known already, for the development key; else a random one. */
  readonly secret?: string;
}

export interface IssuedApiKey {
  readonly id: string;
  /** Shown to the person once and stored nowhere. */
  readonly secret: string;
}

export async function issueApiKey(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  input: IssueApiKeyInput,
): Promise<IssuedApiKey> {
  return kysely.transaction().execute((transaction) => issueApiKeyWithin({ transaction, now }, input));
}

/** As part of a transaction that does more. */
export async function issueApiKeyWithin(
  { transaction, now }: { readonly transaction: Transaction<Tables>; readonly now: AuthDeps["now"] },
  input: IssueApiKeyInput,
): Promise<IssuedApiKey> {
  const user = await findUserByEmail(transaction, input.email);
  if (user === undefined) throw notFound("user", input.email);
  const id = randomUUID();
  const secret = input.secret ?? createKeySecret();
  const keyHash = hashKeySecret(secret);
  await insertKey(transaction, {
    id,
    userId: user.id,
    keyHash,
    prefix: shownPrefix(secret),
    name: input.name,
    grants: input.isAdmin ? { admin: true } : {},
    expiresAt: input.expiresAt,
  });
  if (input.isAdmin) {
    await assignGlobalRole(transaction, { userId: user.id, roleName: "super_admin" });
    await announceAccessChange(transaction, { userIds: [user.id], requestId: null, now: now() });
  }
  const payload = { api_key_id: id, user_id: user.id, key_hash: keyHash, timestamp: now().toISOString() };
  await appendEvent(transaction, auth.apiKeyIssued, { payload, requestId: null });
  return { id, secret };
}
