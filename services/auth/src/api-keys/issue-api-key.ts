import { randomUUID } from "node:crypto";
import { auth, notFound, userIdOf } from "@gaia/contracts";
import { appendAuditEntry, appendEvent, type Auditor, type Tables } from "@gaia/db";
import type { Transaction } from "kysely";
import type { AuthDeps } from "../deps.ts";
import { makeAdministrator } from "../access/make-administrator.ts";
import { findUserByEmail } from "../users/user-repository.ts";
import { insertKey } from "./api-key-repository.ts";
import type { KeyBounds } from "./key-bounds.ts";
import { createKeySecret, hashKeySecret, shownPrefix } from "./key-secret.ts";
import { operator } from "./operator.ts";
import { requireKnownScopes } from "./require-known-scopes.ts";
import { describeKey } from "./rows-to-keys.ts";

interface IssueApiKeyInput extends Partial<Omit<KeyBounds, "expiresAt">> {
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

/** Makes a key for whoever runs the installation, who may give anything. */
export async function issueApiKey(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  input: IssueApiKeyInput,
): Promise<IssuedApiKey> {
  return kysely.transaction().execute((transaction) => issueApiKeyWithin({ transaction, now }, input));
}

interface Issuing {
  readonly transaction: Transaction<Tables>;
  readonly now: AuthDeps["now"];
}

/** As part of a transaction that does more. */
export async function issueApiKeyWithin(deps: Issuing, input: IssueApiKeyInput): Promise<IssuedApiKey> {
  const { transaction, now } = deps;
  const user = await findUserByEmail(transaction, input.email);
  if (user === undefined) throw notFound("user", input.email);
  if (input.isAdmin) await makeAdministrator(transaction, { userId: user.id, now: now() });
  if (input.scopes) await requireKnownScopes(transaction, input.scopes);
  const isUnbounded = input.isAdmin && !input.scopes;
  return issueKeyTo(deps, operator, {
    ...input,
    userId: user.id,
    scopes: isUnbounded ? ["*"] : (input.scopes ?? null),
    requestsPerMinute: input.requestsPerMinute ?? null,
    tokensPerMinute: input.tokensPerMinute ?? null,
    ...(isUnbounded ? { grants: { admin: true } } : {}),
  });
}

interface NewKey extends KeyBounds {
  readonly userId: string;
  readonly name: string;
  readonly secret?: string;
  /** The scopes in the original's words, where it has any. */
  readonly grants?: Readonly<Record<string, unknown>>;
}

/** Stores a key that was decided about, with its trace and the event by which gateways learn of it. */
export async function issueKeyTo({ transaction, now }: Issuing, caller: Auditor, key: NewKey): Promise<IssuedApiKey> {
  const id = randomUUID();
  const secret = key.secret ?? createKeySecret();
  const keyHash = hashKeySecret(secret);
  const { userId } = key;
  await insertKey(transaction, {
    ...key,
    id,
    keyHash,
    prefix: shownPrefix(secret),
    grants: key.grants ?? key.scopes ?? {},
    createdBy: userIdOf(caller.principal),
    createdByKeyId: caller.principal.kind === "api-key" ? caller.principal.apiKeyId : null,
  });
  const entry = { action: "api_key.issued", target: { type: "api-key", id }, targetUserId: userId } as const;
  await appendAuditEntry(transaction, caller, { ...entry, after: describeKey(key) }, now());
  const payload = { api_key_id: id, user_id: userId, key_hash: keyHash, timestamp: now().toISOString() };
  await appendEvent(transaction, auth.apiKeyIssued, { payload, requestId: caller.requestId });
  return { id, secret };
}
