import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { operator } from "../api-keys/operator.ts";
import { announceAccessChange } from "./announce-access-change.ts";
import { assignGlobalRole } from "./assign-global-role.ts";

const roleName = "super_admin";

/** Gives somebody everything, on behalf of whoever runs the installation. Who has it already keeps it, without a trace. */
export async function makeAdministrator(
  transaction: Kysely<Tables>,
  { userId, now }: { readonly userId: string; readonly now: Date },
): Promise<void> {
  const roleId = await assignGlobalRole(transaction, { userId, roleName });
  if (roleId === null) return;
  const target = { type: "role", id: roleId };
  const after = { role: roleName, context_type: "global", context_id: "global", expires_at: null };
  await appendAuditEntry(transaction, operator, { action: "role.assigned", target, targetUserId: userId, after }, now);
  await announceAccessChange(transaction, { userIds: [userId], requestId: null, now });
}
