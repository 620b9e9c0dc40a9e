import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../../access/announce-access-change.ts";
import { operator } from "../../api-keys/operator.ts";
import { createSigningKey, signingKeyPrefix } from "./create-signing-key.ts";

/**
 * Signs with a new key from now on; processes that run know it within a minute. `forgetOlder` is for a key that got
 * out: then nobody is signed in any more until their client refreshes its session.
 */
export async function rotateSigningKey(
  { kysely, now }: { readonly kysely: Kysely<Tables>; readonly now: () => Date },
  { forgetOlder }: { readonly forgetOlder: boolean },
): Promise<{ readonly kid: string }> {
  return kysely.transaction().execute(async (transaction) => {
    if (forgetOlder) {
      await transaction.deleteFrom("platform_secrets").where("name", "like", `${signingKeyPrefix}%`).execute();
    }
    const kid = await createSigningKey({ kysely: transaction });
    const target = { type: "signing-key", id: kid };
    const details = { forgets_older: forgetOlder };
    await appendAuditEntry(transaction, operator, { action: "signing_key.rotated", target, details }, now());
    if (forgetOlder) await announceAccessChange(transaction, { userIds: null, requestId: null, now: now() });
    return { kid };
  });
}
