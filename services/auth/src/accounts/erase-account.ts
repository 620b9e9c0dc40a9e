import { appendEvent } from "@gaia/db";
import { auth } from "@gaia/contracts";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { isAdministrator, keepAnAdministrator } from "../roles/keep-an-administrator.ts";
import { auditAccount } from "../identity/audit-account.ts";
import { announceRevocation } from "../identity/sessions/end-sessions.ts";
import type { AccountDeps } from "./account-deps.ts";
import type { SessionOwner } from "./account-provider.ts";
import { describeErasure, refusedAs } from "./describe-failure.ts";
import { forgetPerson } from "./forget-person.ts";
import { leavePlaces } from "./leave-places.ts";

/**
 * Erases an account with all that is the person's own. What belongs to teams stays without a name, and so does a row with
 * the id and nothing else, which lets no token of before in. The knowledge base's files and the assets are their services'
 * to erase, by the event `gaia.auth.user.erased`.
 */
export async function eraseAccount(
  { kysely, now, provider }: AccountDeps,
  owner: SessionOwner,
  { password }: { readonly password?: string | null | undefined },
): Promise<void> {
  const { auditor } = owner;
  const { userId } = auditor.principal;
  provider.assertDeletes();
  await provider.proveOwner(owner, password).catch(refusedAs(describeErasure));
  const change = { auditor, now: now() };
  await kysely.transaction().execute(async (transaction) => {
    await transaction.selectFrom("users").select("id").where("id", "=", userId).forUpdate().execute();
    const wasAdministrator = await isAdministrator(transaction, userId);
    await leavePlaces(transaction, { userId, ...change });
    const keys = await forgetPerson(transaction, userId);
    if (wasAdministrator) await keepAnAdministrator(transaction, change.now);
    for (const { id, keyHash } of keys) {
      const payload = { api_key_id: id, user_id: userId, key_hash: keyHash, timestamp: change.now.toISOString() };
      await appendEvent(transaction, auth.apiKeyRevoked, { payload, requestId: auditor.requestId });
    }
    await auditAccount(transaction, change, { action: "user.erased", userId, details: { api_keys: keys.length } });
    await announceAccessChange(transaction, { userIds: [userId], requestId: auditor.requestId, now: change.now });
    await announceRevocation(transaction, { userId, sessionIds: null, ...change });
    await provider.deleteUser(transaction, owner);
  });
}
