import { conflict, type InputOf, type roles } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { requireHeld } from "../access/gifts.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { toGift } from "../roles/find-role-gifts.ts";
import { findPermission, findRoleHolders } from "../roles/role-repository.ts";

/** With a permission go the denials of it too, so whoever deletes one that is in use must hold it everywhere. */
export async function deletePermission(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { permission_id: id, force }: InputOf<typeof roles.deletePermission>,
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    access.require("permissions", { type: "admin" });
    const permission = await findPermission(transaction, id);
    await transaction.selectFrom("permissions").select("id").where("id", "=", id).forUpdate().execute();
    const { roles, userIds } = await findUse(transaction, id);
    if (roles.length + userIds.length > 0) {
      if (force !== "true") throw conflict("permission.granted", "Roles or users have this permission");
      requireHeld(access, [toGift(permission)], { type: "global", id: "global" });
    }
    const concerned = await findConcerned(transaction, { roles, userIds });
    await transaction.deleteFrom("permissions").where("id", "=", id).execute();
    const { resource_type, resource_path, action, description } = permission;
    const before = { resource_type, resource_path, action, description };
    const details = { roles: roles.map((role) => role.name), users: userIds.length };
    const target = { type: "permission", id };
    await appendAuditEntry(transaction, context, { action: "permission.deleted", target, before, details }, moment);
    await announceAccessChange(transaction, { userIds: concerned, requestId: context.requestId, now: moment });
  });
}

interface Use {
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly userIds: readonly string[];
}

async function findUse(kysely: Kysely<Tables>, permissionId: string): Promise<Use> {
  const roles = await kysely
    .selectFrom("role_permissions")
    .innerJoin("roles", "roles.id", "role_permissions.role_id")
    .select(["roles.id", "roles.name"])
    .where("role_permissions.permission_id", "=", permissionId)
    .orderBy("roles.name")
    .execute();
  const users = await kysely
    .selectFrom("user_permissions")
    .select("user_id")
    .distinct()
    .where("permission_id", "=", permissionId)
    .execute();
  return { roles, userIds: users.map((user) => user.user_id) };
}

async function findConcerned(kysely: Kysely<Tables>, { roles, userIds }: Use): Promise<string[] | null> {
  const found = new Set(userIds);
  for (const role of roles) {
    const holders = await findRoleHolders(kysely, role);
    if (holders === null) return null;
    for (const userId of holders) found.add(userId);
  }
  return [...found];
}
