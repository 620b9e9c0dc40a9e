import { auth, notFound } from "@gaia/contracts";
import { appendAuditEntry, appendEvent, type Auditor, type Tables } from "@gaia/db";
import type { Transaction } from "kysely";
import type { AuthDeps } from "../deps.ts";
import { deactivateKey, findKeyFamily, lockKeys } from "./api-key-repository.ts";
import { operator } from "./operator.ts";

/** Ends a key for good, for whoever runs the installation. */
export async function revokeApiKey(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  input: { readonly id: string },
): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    const isEnded = await endKey({ transaction, now }, operator, input.id);
    if (!isEnded) throw notFound("active API key", input.id);
  });
}

type Ending = { readonly transaction: Transaction<Tables>; readonly now: AuthDeps["now"] };

/**
 * Keys that it made end with it, lest who found it keeps another one. False for a key that is over already, as are those
 * that it made.
 */
export async function endKey(deps: Ending, caller: Auditor, id: string): Promise<boolean> {
  const { transaction } = deps;
  await lockKeys(transaction, await findKeyFamily(transaction, id));
  if (!(await endOneKey(deps, caller, id))) return false;
  // Found anew: one may have been made until the lock was there.
  for (const each of await findKeyFamily(transaction, id)) if (each !== id) await endOneKey(deps, caller, each);
  return true;
}

/** The event that empties caches is stored with the change, so it cannot be lost. */
async function endOneKey({ transaction, now }: Ending, caller: Auditor, id: string): Promise<boolean> {
  const key = await deactivateKey(transaction, id);
  if (key === undefined) return false;
  const { userId, keyHash } = key;
  const entry = { action: "api_key.revoked", target: { type: "api-key", id }, targetUserId: userId } as const;
  await appendAuditEntry(transaction, caller, entry, now());
  const payload = { api_key_id: id, user_id: userId, key_hash: keyHash, timestamp: now().toISOString() };
  await appendEvent(transaction, auth.apiKeyRevoked, { payload, requestId: caller.requestId });
  return true;
}
