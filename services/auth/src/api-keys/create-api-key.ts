import { type apiKeys, conflict, type InputOf, type OutputOf } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { openAccess } from "../access/open-access.ts";
import { readEnd } from "../access/read-end.ts";
import type { AuthDeps } from "../deps.ts";
import { countWorkingKeys, findKey, lockKeys } from "./api-key-repository.ts";
import { issueKeyTo } from "./issue-api-key.ts";
import { boundsOfCaller, requireAllowedBounds } from "./require-allowed-bounds.ts";
import { findKeyOwner, requireOwnerNotAbove } from "./require-key-owner.ts";
import { requireKnownScopes } from "./require-known-scopes.ts";
import { rowToKey } from "./rows-to-keys.ts";

const mostKeys = 100;

/** The secret is in the answer and nowhere else. */
export async function createApiKey(
  { kysely, now, keyLimits }: Pick<AuthDeps, "kysely" | "now" | "keyLimits">,
  caller: Auditor,
  input: InputOf<typeof apiKeys.createApiKey>,
): Promise<OutputOf<typeof apiKeys.createApiKey>> {
  const { principal } = caller;
  const key = {
    scopes: readScopes(input.scopes),
    expiresAt: readEnd(input.expires_at, now()),
    requestsPerMinute: input.requests_per_minute ?? null,
    tokensPerMinute: input.tokens_per_minute ?? null,
  };
  return kysely.transaction().execute(async (transaction) => {
    const asking = { kysely: transaction, access: await openAccess({ kysely: transaction, now }, principal) };
    const { userId, isOneself } = await findKeyOwner(asking, caller, input.user_id);
    if (!isOneself) await requireOwnerNotAbove(asking, userId);
    const count = await countWorkingKeys(transaction, userId);
    const locked = await lockKeys(transaction, principal.kind === "api-key" ? [principal.apiKeyId] : []);
    const bounds = { after: key, before: null, caller: boundsOfCaller(principal, locked) };
    requireAllowedBounds({ access: asking.access, keyLimits }, bounds);
    if (key.scopes !== null) await requireKnownScopes(transaction, key.scopes);
    if (count >= mostKeys) throw conflict("api_key.too_many", `Nobody has more than ${mostKeys} keys that work`);
    const { id, secret } = await issueKeyTo({ transaction, now }, caller, { ...key, userId, name: input.name });
    const row = await findKey(transaction, id);
    if (row === undefined) throw new Error("The key that was just stored is gone");
    return { ...rowToKey(row), key: secret };
  });
}

/** No scopes are none of its own, as the original's keys have. */
export function readScopes(scopes: readonly string[] | null | undefined): readonly string[] | null {
  return scopes === null || scopes === undefined || scopes.length === 0 ? null : [...new Set(scopes)];
}
