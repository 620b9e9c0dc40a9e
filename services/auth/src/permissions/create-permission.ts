import { conflict, type InputOf, type OutputOf, type roles } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findPermission, rowToPermission, selectPermissions } from "../roles/role-repository.ts";

// An arbitrary number that nothing else uses as a lock. The table has no constraint: the original's has doubles.
const permissionsLock = 3_170_017;

/** Gives nothing to anybody, and so asks for nothing but the administration of permissions. */
export async function createPermission(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  input: InputOf<typeof roles.createPermission>,
): Promise<OutputOf<typeof roles.createPermission>> {
  const moment = now();
  const { resource_type, action } = input;
  const after = {
    resource_type,
    resource_path: input.resource_path ?? null,
    action,
    description: input.description ?? null,
  };
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    access.require("permissions", { type: "admin" });
    await sql`select pg_advisory_xact_lock(${permissionsLock})`.execute(transaction);
    const known = await selectPermissions(transaction)
      .where("resource_type", "=", resource_type)
      .where("action", "=", action)
      .where(sql<boolean>`resource_path is not distinct from ${after.resource_path}`)
      .executeTakeFirst();
    if (known !== undefined) throw conflict("permission.exists", `There is this permission: ${known.id}`);
    const { id } = await transaction
      .insertInto("permissions")
      .values({ ...after, created_at: moment })
      .returning("id")
      .executeTakeFirstOrThrow();
    const entry = { action: "permission.created", target: { type: "permission", id }, after } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    return rowToPermission(await findPermission(transaction, id));
  });
}
