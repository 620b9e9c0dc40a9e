import { isDeepStrictEqual } from "node:util";
import { type apiKeys, conflict, type InputOf, notFound, type OutputOf } from "@gaia/contracts";
import { appendAuditEntry, type Auditor } from "@gaia/db";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import { readEnd } from "../access/read-end.ts";
import type { AuthDeps } from "../deps.ts";
import { lockKeys, type StoredKey, updateKey } from "./api-key-repository.ts";
import { readScopes } from "./create-api-key.ts";
import type { KeyBounds } from "./key-bounds.ts";
import { boundsOfCaller, requireAllowedBounds } from "./require-allowed-bounds.ts";
import { requireKey, requireOwnerNotAbove } from "./require-key-owner.ts";
import { requireKnownScopes } from "./require-known-scopes.ts";
import { boundsOf, describeKey, rowToKey } from "./rows-to-keys.ts";

type Input = InputOf<typeof apiKeys.changeApiKey>;
type Described = KeyBounds & { readonly name: string | null };

/** What is left out stays; `null` takes a bound away. Gateways forget what they knew of the key within a second. */
export async function changeApiKey(
  { kysely, now, keyLimits }: Pick<AuthDeps, "kysely" | "now" | "keyLimits">,
  caller: Auditor,
  input: Input,
): Promise<OutputOf<typeof apiKeys.changeApiKey>> {
  const { principal } = caller;
  const ids = principal.kind === "api-key" ? [input.key_id, principal.apiKeyId] : [input.key_id];
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, principal);
    const locked = await lockKeys(transaction, ids);
    const key = locked.find(({ id }) => id === input.key_id);
    if (key === undefined) throw notFound("API key", input.key_id);
    requireKey(access, "write", key);
    if (key.is_revoked) throw conflict("api_key.revoked", "This key was revoked for good");
    const before = { name: key.name, ...boundsOf(key) };
    const after = applyChanges(before, input, now());
    if (isDeepStrictEqual(before, after)) return rowToKey(key);
    if (!isOfCaller(principal, key)) await requireOwnerNotAbove({ kysely: transaction, access }, key.user_id);
    requireAllowedBounds({ access, keyLimits }, { after, before, caller: boundsOfCaller(principal, locked) });
    if (input.scopes !== undefined && after.scopes !== null) await requireKnownScopes(transaction, after.scopes);
    await updateKey(transaction, key.id, { ...after, grants: grantsAfter(key, input, after) });
    const entry = { action: "api_key.changed", target: { type: "api-key", id: key.id }, targetUserId: key.user_id };
    const changes = { before: describeKey(before), after: describeKey(after) };
    await appendAuditEntry(transaction, caller, { ...entry, ...changes, action: "api_key.changed" }, now());
    const change = { userIds: [key.user_id], requestId: caller.requestId, now: now() };
    await announceAccessChange(transaction, change);
    const [changed] = await lockKeys(transaction, [key.id]);
    return rowToKey(changed ?? key);
  });
}

function applyChanges(before: Described, input: Input, now: Date): Described {
  const { name, scopes, expires_at, requests_per_minute, tokens_per_minute } = input;
  return {
    name: name ?? before.name,
    scopes: scopes === undefined ? before.scopes : readScopes(scopes),
    expiresAt: expires_at === undefined ? before.expiresAt : readEnd(expires_at, now),
    requestsPerMinute: requests_per_minute === undefined ? before.requestsPerMinute : requests_per_minute,
    tokensPerMinute: tokens_per_minute === undefined ? before.tokensPerMinute : tokens_per_minute,
  };
}

// What the original noted there stays until somebody states scopes.
function grantsAfter(key: StoredKey, { scopes }: Input, after: Described): unknown {
  return scopes === undefined ? key.grants : (after.scopes ?? {});
}

function isOfCaller(principal: Auditor["principal"], key: StoredKey): boolean {
  return "userId" in principal && principal.userId === key.user_id;
}
