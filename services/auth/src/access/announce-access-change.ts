import { auth } from "@gaia/contracts";
import { appendEvent, type Tables } from "@gaia/db";
import type { Kysely } from "kysely";

/**
 * Stores the event by which every process forgets what these users may do, in the transaction of the change; open
 * streams are looked at again. `null` stands for everybody.
 */
export async function announceAccessChange(
  transaction: Kysely<Tables>,
  change: { readonly userIds: readonly string[] | null; readonly requestId: string | null; readonly now: Date },
): Promise<void> {
  const { userIds, requestId, now } = change;
  if (userIds !== null && userIds.length === 0) return;
  const payload = { user_ids: userIds === null ? null : [...userIds], timestamp: now.toISOString() };
  await appendEvent(transaction, auth.accessChanged, { payload, requestId });
}
