import { notFound, type OutputOf, type roles } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { Access } from "../access/open-access.ts";
import { isUnexpired } from "../access/time-of.ts";
import { administeredColumns } from "./administered-columns.ts";

/** The role that may do everything, by its name. */
export const everything = "super_admin";

/** The role that whoever has no credentials holds. */
const everybody = "guest";

/** Roles with what the asker may know of them: who holds one elsewhere is nobody else's business. */
export function selectRoles(kysely: Kysely<Tables>, access: Access) {
  const administered = access.filter({ type: "admin", action: "roles" }, administeredColumns("user_roles"));
  return kysely.selectFrom("roles").select((select) => [
    "roles.id",
    "roles.name",
    "roles.display_name",
    "roles.description",
    "roles.role_type",
    sql<boolean>`roles.is_active is not false`.as("is_active"),
    "roles.created_at",
    "roles.updated_at",
    select
      .selectFrom("role_permissions")
      .select(sql<number>`count(*)::integer`.as("count"))
      .whereRef("role_permissions.role_id", "=", "roles.id")
      .as("permission_count"),
    select
      .selectFrom("user_roles")
      .select(sql<number>`count(*)::integer`.as("count"))
      .whereRef("user_roles.role_id", "=", "roles.id")
      .where(isUnexpired("user_roles.expires_at", access.now))
      .where(administered)
      .as("assignment_count"),
  ]);
}

type RoleRow = Awaited<ReturnType<ReturnType<typeof selectRoles>["execute"]>>[number];
type Role = OutputOf<typeof roles.listRoles>["roles"][number];

export function rowToRole(row: RoleRow): Role {
  return {
    ...row,
    permission_count: row.permission_count ?? 0,
    assignment_count: row.assignment_count ?? 0,
    created_at: row.created_at?.toISOString() ?? null,
    updated_at: row.updated_at?.toISOString() ?? null,
  };
}

export async function findRole(
  kysely: Kysely<Tables>,
  access: Access,
  roleId: string,
): Promise<OutputOf<typeof roles.getRole>> {
  const row = await selectRoles(kysely, access).where("roles.id", "=", roleId).executeTakeFirst();
  if (row === undefined) throw notFound("role", roleId);
  const permissions = await selectPermissions(kysely)
    .innerJoin("role_permissions", "role_permissions.permission_id", "permissions.id")
    .where("role_permissions.role_id", "=", roleId)
    .orderBy("permissions.resource_type")
    .orderBy("permissions.action")
    .orderBy("permissions.id")
    .execute();
  return { ...rowToRole(row), permissions: permissions.map(rowToPermission) };
}

export interface StoredRole {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly description: string | null;
  readonly role_type: string;
  readonly is_active: boolean;
}

/** Held until the end of the transaction, so that what the role means and who holds it stays as it was looked at. */
export async function lockRole(transaction: Kysely<Tables>, roleId: string): Promise<StoredRole> {
  const role = await transaction
    .selectFrom("roles")
    .select(["id", "name", "display_name", "description", "role_type"])
    .select(sql<boolean>`is_active is not false`.as("is_active"))
    .where("id", "=", roleId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (role === undefined) throw notFound("role", roleId);
  return role;
}

export function selectPermissions(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom("permissions")
    .select([
      "permissions.id",
      "permissions.resource_type",
      "permissions.resource_path",
      "permissions.action",
      "permissions.description",
      "permissions.created_at",
    ]);
}

export type PermissionRow = Awaited<ReturnType<ReturnType<typeof selectPermissions>["execute"]>>[number];

export function rowToPermission(row: PermissionRow): OutputOf<typeof roles.createPermission> {
  return { ...row, created_at: row.created_at?.toISOString() ?? null };
}

export async function findPermission(kysely: Kysely<Tables>, permissionId: string): Promise<PermissionRow> {
  const row = await selectPermissions(kysely).where("permissions.id", "=", permissionId).executeTakeFirst();
  if (row === undefined) throw notFound("permission", permissionId);
  return row;
}

const mostNamed = 1000;

/** Whom a change of the role concerns; `null` for everybody, where guests hold it or too many to name. */
export async function findRoleHolders(kysely: Kysely<Tables>, role: Pick<StoredRole, "id" | "name">) {
  if (role.name === everybody) return null;
  const rows = await kysely
    .selectFrom("user_roles")
    .select("user_id")
    .distinct()
    .where("role_id", "=", role.id)
    .limit(mostNamed + 1)
    .execute();
  return rows.length > mostNamed ? null : rows.map((row) => row.user_id);
}
