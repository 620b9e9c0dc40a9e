import { conflict, type InputOf, type OutputOf, type roles } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { type Kysely, sql } from "kysely";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findRole } from "./role-repository.ts";

/** The installation's own roles: a name that means something must not be had by another role, not even when it is free. */
const systemNames = [
  "super_admin",
  "admin",
  "developer",
  "analyst",
  "user",
  "viewer",
  "guest",
  "kb_admin",
  "kb_editor",
  "kb_contributor",
  "kb_viewer",
];

export async function createRole(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { name, display_name, description }: InputOf<typeof roles.createRole>,
): Promise<OutputOf<typeof roles.createRole>> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    access.require("roles", { type: "admin" });
    if (systemNames.includes(name) || (await isNamedByGrants(transaction, name))) throw nameTaken();
    const after = { name, display_name: display_name ?? name, description: description ?? null };
    const stored = await transaction
      .insertInto("roles")
      .values({ ...after, role_type: "custom", created_at: moment, updated_at: moment })
      .onConflict((clash) => clash.column("name").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (stored === undefined) throw nameTaken();
    const entry = { action: "role.created", target: { type: "role", id: stored.id }, after } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    return findRole(transaction, access, stored.id);
  });
}

function nameTaken(): Error {
  return conflict("role.name_taken", "There is such a role, or something was granted to one of this name");
}

/** Grants may name a role by its name, and some outlive it: a new one must not inherit them. */
async function isNamedByGrants(kysely: Kysely<Tables>, name: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from resource_permissions where principal_type = 'role' and principal_id = ${name}
    union all
    select 1 from shared_resources
    where metadata ->> 'shared_with_type' = 'role' and metadata ->> 'shared_with_id' = ${name}
    limit 1`.execute(kysely);
  return rows.length > 0;
}
