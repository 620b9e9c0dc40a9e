import { type InputOf, notFound, type OutputOf, type roles } from "@gaia/contracts";
import { appendAuditEntry, type AuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { requireHeld } from "../access/gifts.ts";
import { type Access, openAccess } from "../access/open-access.ts";
import { userIdOf } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";
import { toGift } from "./find-role-gifts.ts";
import {
  findPermission,
  findRole,
  findRoleHolders,
  lockRole,
  type PermissionRow,
  type StoredRole,
} from "./role-repository.ts";

type Deps = Pick<AuthDeps, "kysely" | "now">;
type Input = InputOf<typeof roles.addRolePermission>;

/** Whoever holds the role, anywhere, holds the permission then; so who adds it must hold it everywhere. */
export async function addRolePermission(
  deps: Deps,
  context: Context,
  { role_id, permission_id }: Input,
): Promise<OutputOf<typeof roles.addRolePermission>> {
  return deps.kysely.transaction().execute(async (transaction) => {
    const change = await openChange({ ...deps, kysely: transaction }, context, { role_id, permission_id });
    const added = await transaction
      .insertInto("role_permissions")
      .values({ role_id, permission_id, granted_by: userIdOf(context.principal), granted_at: change.access.now })
      .onConflict((clash) => clash.doNothing())
      .returning("permission_id")
      .executeTakeFirst();
    if (added !== undefined) await record(transaction, context, change, "role.permission_added");
    return findRole(transaction, change.access, role_id);
  });
}

export async function removeRolePermission(deps: Deps, context: Context, input: Input): Promise<void> {
  await deps.kysely.transaction().execute(async (transaction) => {
    const change = await openChange({ ...deps, kysely: transaction }, context, input);
    const removed = await transaction
      .deleteFrom("role_permissions")
      .where("role_id", "=", input.role_id)
      .where("permission_id", "=", input.permission_id)
      .returning("permission_id")
      .executeTakeFirst();
    if (removed === undefined) throw notFound("permission of this role", input.permission_id);
    await record(transaction, context, change, "role.permission_removed");
  });
}

interface Change {
  readonly access: Access;
  readonly role: StoredRole;
  readonly permission: PermissionRow;
}

async function openChange(deps: Deps, { principal }: Context, { role_id, permission_id }: Input): Promise<Change> {
  const access = await openAccess(deps, principal);
  access.require("roles", { type: "admin" });
  const role = await lockRole(deps.kysely, role_id);
  const permission = await findPermission(deps.kysely, permission_id);
  requireHeld(access, [toGift(permission)], { type: "global", id: "global" });
  return { access, role, permission };
}

async function record(
  transaction: Kysely<Tables>,
  context: Context,
  { access, role, permission }: Change,
  action: "role.permission_added" | "role.permission_removed",
): Promise<void> {
  const { id, resource_type, resource_path, action: name } = permission;
  const what = { role: role.name, permission_id: id, resource_type, resource_path, action: name };
  const change = action === "role.permission_added" ? { after: what } : { before: what };
  const entry: AuditEntry = { action, target: { type: "role", id: role.id }, ...change };
  await appendAuditEntry(transaction, context, entry, access.now);
  const userIds = await findRoleHolders(transaction, role);
  await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: access.now });
}
