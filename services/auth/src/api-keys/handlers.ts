import { apiKeys, notFound, userIdOf } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { Context } from "@gaia/kit/context";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findKey, type StoredKey } from "./api-key-repository.ts";
import { changeApiKey } from "./change-api-key.ts";
import { createApiKey } from "./create-api-key.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { requireKey, requireOwnerNotAbove } from "./require-key-owner.ts";
import { endKey } from "./revoke-api-key.ts";
import { rowToKey } from "./rows-to-keys.ts";

export const apiKeyHandlers = (deps: AuthDeps): Binding[] => [
  implement(apiKeys.createApiKey, (context, input) => createApiKey(deps, context, input)),
  implement(apiKeys.listApiKeys, (context, input) => listApiKeys(deps, context, input)),
  implement(apiKeys.getApiKey, async (context, { key_id }) => rowToKey(await reach(deps, context, "read", key_id))),
  implement(apiKeys.changeApiKey, (context, input) => changeApiKey(deps, context, input)),
  implement(apiKeys.revokeApiKey, async (context, { key_id }) => {
    await requireOwnerOf(deps, context, await reach(deps, context, "write", key_id));
    await deps.kysely.transaction().execute((transaction) => endKey({ ...deps, transaction }, context, key_id));
    return {};
  }),
];

/** Of others only who may do no more: their keys work for what the asker may not touch. */
async function requireOwnerOf(deps: AuthDeps, { principal }: Context, key: StoredKey): Promise<void> {
  if (userIdOf(principal) === key.user_id) return;
  await requireOwnerNotAbove({ kysely: deps.kysely, access: await openAccess(deps, principal) }, key.user_id);
}

async function reach(deps: AuthDeps, { principal }: Context, action: "read" | "write", keyId: string) {
  const key = await findKey(deps.kysely, keyId);
  if (key === undefined) throw notFound("API key", keyId);
  requireKey(await openAccess(deps, principal), action, key);
  return key;
}
