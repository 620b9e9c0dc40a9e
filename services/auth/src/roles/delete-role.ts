import { conflict, type InputOf, type roles } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { type Kysely, sql } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { requireHeld } from "../access/gifts.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findRoleGifts } from "./find-role-gifts.ts";
import { findRoleHolders, lockRole, type StoredRole } from "./role-repository.ts";

export async function deleteRole(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { role_id: roleId }: InputOf<typeof roles.deleteRole>,
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    access.require("roles", { type: "admin" });
    const role = await lockRole(transaction, roleId);
    if (role.role_type !== "custom") throw conflict("role.system", "Only custom roles can be deleted");
    requireHeld(access, await findRoleGifts(transaction, role, moment), { type: "global", id: "global" });
    const userIds = await findRoleHolders(transaction, role);
    await forgetRole(transaction, role);
    const { name, display_name, description, is_active } = role;
    const before = { name, display_name, description, is_active };
    const entry = { action: "role.deleted", target: { type: "role", id: roleId }, before } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: moment });
  });
}

/** With the role go its assignments, and what named it by id or by name: another role may get the name. */
async function forgetRole(transaction: Kysely<Tables>, { id, name }: StoredRole): Promise<void> {
  await transaction
    .deleteFrom("resource_permissions")
    .where("principal_type", "=", "role")
    .where("principal_id", "in", [id, name])
    .execute();
  await transaction
    .updateTable("shared_resources")
    .set({ is_active: false, metadata: sql`metadata || jsonb_build_object('shared_with_id', ${id}::text)` })
    .where(sql`metadata ->> 'shared_with_type'`, "=", "role")
    .where(sql<string>`metadata ->> 'shared_with_id'`, "in", [id, name])
    .execute();
  await transaction.deleteFrom("roles").where("id", "=", id).execute();
}
