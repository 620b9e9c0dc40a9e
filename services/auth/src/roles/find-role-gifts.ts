import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { Gift } from "../access/gifts.ts";
import { isUnexpired } from "../access/time-of.ts";
import { everything, selectPermissions, type StoredRole } from "./role-repository.ts";

/** All that a holder of the role may do: by its permissions, and by what was granted to or shared with it. */
export async function findRoleGifts(
  kysely: Kysely<Tables>,
  { id, name }: Pick<StoredRole, "id" | "name">,
  now: Date,
): Promise<readonly Gift[]> {
  if (name === everything) return [{ kind: "everything" }];
  const permissions = await selectPermissions(kysely)
    .innerJoin("role_permissions", "role_permissions.permission_id", "permissions.id")
    .where("role_permissions.role_id", "=", id)
    .execute();
  const granted = await kysely
    .selectFrom("resource_permissions")
    .select(["resource_type", "resource_id", "permissions"])
    .where("principal_type", "=", "role")
    .where("principal_id", "in", [id, name])
    .where(isUnexpired("expires_at", now))
    .execute();
  const shared = await kysely
    .selectFrom("shared_resources")
    .select(["resource_type", "resource_id", "permissions"])
    .where(sql`metadata ->> 'shared_with_type'`, "=", "role")
    .where(sql<string>`metadata ->> 'shared_with_id'`, "in", [id, name])
    .where("is_active", "is not", false)
    .where(isUnexpired("expires_at", now))
    .execute();
  return [
    ...permissions.map((permission) => toGift(permission)),
    ...[...granted, ...shared].flatMap(({ resource_type: type, resource_id: path, permissions: actions }) =>
      actions.map((action): Gift => ({ kind: "permission", type, action, path })),
    ),
  ];
}

export function toGift(permission: {
  readonly resource_type: string;
  readonly action: string;
  readonly resource_path: string | null;
}): Gift {
  const { resource_type: type, action, resource_path: path } = permission;
  return { kind: "permission", type, action, path };
}
