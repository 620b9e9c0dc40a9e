import type { OutputOf, roles } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { GrantContext } from "../access/access-facts.ts";
import { timeOf } from "../access/time-of.ts";

export function selectAssignments(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom("user_roles")
    .innerJoin("users", "users.id", "user_roles.user_id")
    .select([
      "user_roles.role_id",
      "user_roles.user_id",
      "users.email",
      "user_roles.context_type",
      "user_roles.context_id",
      "user_roles.assigned_at",
      "user_roles.assigned_by",
      timeOf("user_roles.expires_at").as("expires_at"),
    ]);
}

type AssignmentRow = Awaited<ReturnType<ReturnType<typeof selectAssignments>["execute"]>>[number];

export function rowToAssignment(row: AssignmentRow): OutputOf<typeof roles.assignRole> {
  return {
    ...row,
    assigned_at: row.assigned_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
  };
}

export interface Assignment {
  readonly roleId: string;
  readonly userId: string;
  readonly context: GrantContext;
}

/** However the id of a team or workspace was typed. */
export function isInContext(table: "user_roles" | "user_permissions", { type, id }: GrantContext): RawBuilder<boolean> {
  const stored = sql.ref(`${table}.context_id`);
  const same = type === "resource" ? sql`${stored} = ${id}` : sql`lower(${stored}) = ${id}`;
  return sql<boolean>`(${sql.ref(`${table}.context_type`)} = ${type} and ${same})`;
}

export async function findAssignment(
  kysely: Kysely<Tables>,
  { roleId, userId, context }: Assignment,
): Promise<AssignmentRow | undefined> {
  return selectAssignments(kysely)
    .where("user_roles.role_id", "=", roleId)
    .where("user_roles.user_id", "=", userId)
    .where(isInContext("user_roles", context))
    .executeTakeFirst();
}

export async function storeAssignment(
  transaction: Kysely<Tables>,
  { roleId, userId, context }: Assignment,
  facts: { readonly assigned_by: string | null; readonly assigned_at: Date; readonly expires_at: Date | null },
): Promise<void> {
  await transaction
    .insertInto("user_roles")
    .values({ role_id: roleId, user_id: userId, context_type: context.type, context_id: context.id, ...facts })
    .onConflict((clash) => clash.columns(["user_id", "role_id", "context_type", "context_id"]).doUpdateSet(facts))
    .execute();
}

export async function deleteAssignment(
  transaction: Kysely<Tables>,
  { roleId, userId, context }: Assignment,
): Promise<void> {
  await transaction
    .deleteFrom("user_roles")
    .where("role_id", "=", roleId)
    .where("user_id", "=", userId)
    .where(isInContext("user_roles", context))
    .execute();
}
