import type { grants } from "@gaia/contracts";
import { type AccessColumns, type Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import { timeOf } from "../access/time-of.ts";

export function selectPermissionGrants(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom("user_permissions")
    .innerJoin("permissions", "permissions.id", "user_permissions.permission_id")
    .select([
      "user_permissions.id",
      "user_permissions.user_id",
      "user_permissions.permission_id",
      "permissions.resource_type",
      "permissions.resource_path",
      "permissions.action",
      // Null says nothing, and so neither forbids nor allows; as a grant it would be one that does not count.
      sql<boolean>`user_permissions.granted is not false`.as("granted"),
      "user_permissions.context_type",
      "user_permissions.context_id",
      "user_permissions.granted_at",
      "user_permissions.granted_by",
      timeOf("user_permissions.expires_at").as("expires_at"),
    ]);
}

export type PermissionGrantRow = Awaited<ReturnType<ReturnType<typeof selectPermissionGrants>["execute"]>>[number];

export function rowToPermissionGrant({ user_id, ...row }: PermissionGrantRow): grants.Grant {
  return { ...row, ...toTimes(row), principal_type: "user", principal_id: user_id };
}

export function selectResourceGrants(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom("resource_permissions")
    .select([
      "resource_permissions.id",
      "resource_permissions.principal_type",
      "resource_permissions.principal_id",
      "resource_permissions.resource_type",
      "resource_permissions.resource_id as resource",
      "resource_permissions.permissions as actions",
      "resource_permissions.granted_at",
      "resource_permissions.granted_by",
      timeOf("resource_permissions.expires_at").as("expires_at"),
    ])
    .where("resource_permissions.principal_type", "in", ["user", "team", "workspace", "role"]);
}

export type ResourceGrantRow = Awaited<ReturnType<ReturnType<typeof selectResourceGrants>["execute"]>>[number];

const principalTypes = ["user", "team", "workspace", "role"] as const;

export function rowToResourceGrant({ principal_type, ...row }: ResourceGrantRow): grants.Grant {
  const type = principalTypes.find((each) => each === principal_type) ?? "role";
  return { ...row, ...toTimes(row), principal_type: type };
}

function toTimes(row: { readonly granted_at: Date | null; readonly expires_at: Date | null }) {
  return { granted_at: row.granted_at?.toISOString() ?? null, expires_at: row.expires_at?.toISOString() ?? null };
}

/** Who administers a grant on a resource: whoever administers the team or workspace it was given to. */
export const granteeColumns: AccessColumns = { teamId: granteeOf("team"), workspaceId: granteeOf("workspace") };

function granteeOf(type: string) {
  return sql<string | null>`case resource_permissions.principal_type when ${type}
    then lower(resource_permissions.principal_id) end`;
}
