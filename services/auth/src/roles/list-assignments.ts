import { type InputOf, type OutputOf, type roles, userIdOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import { requireAnyAdministration } from "../access/require-administration.ts";
import { isUnexpired, timeOf } from "../access/time-of.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { administeredColumns } from "./administered-columns.ts";
import { rowToAssignment, selectAssignments } from "./assignment-repository.ts";
import { findRole } from "./role-repository.ts";

type Deps = Pick<AuthDeps, "kysely" | "now">;
type Caller = Pick<Context, "principal">;

const position = /^(?<user>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (?<type>[^ \0]{1,50}) (?<id>[^\0]{0,500})$/su;
const PositionCursor = z.string().regex(position);

/** Who holds the role, expired assignments included until they are cleaned up, as far as the asker administers them. */
export async function listAssignments(
  deps: Deps,
  { principal }: Caller,
  { role_id: roleId, limit, cursor }: InputOf<typeof roles.listAssignments>,
): Promise<OutputOf<typeof roles.listAssignments>> {
  const after = position.exec(readCursor(PositionCursor, cursor) ?? "")?.groups;
  const access = await openAccess(deps, principal);
  requireAnyAdministration(access, ["roles"]);
  await findRole(deps.kysely, access, roleId);
  const found = await selectAssignments(deps.kysely)
    .where("user_roles.role_id", "=", roleId)
    .where(access.filter({ type: "admin", action: "roles" }, administeredColumns("user_roles")))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(user_roles.user_id, user_roles.context_type, user_roles.context_id)
          > (${after?.["user"]}::uuid, ${after?.["type"]}, ${after?.["id"]})`,
      ),
    )
    .orderBy("user_roles.user_id")
    .orderBy("user_roles.context_type")
    .orderBy("user_roles.context_id")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(
    found,
    limit,
    ({ user_id, context_type, context_id }) => `${user_id} ${context_type} ${context_id}`,
  );
  return { assignments: rows.map(rowToAssignment), next_cursor };
}

/** The caller's own; services and guests have none of their own. */
export async function listOwnRoles(
  { kysely, now }: Deps,
  { principal }: Caller,
): Promise<OutputOf<typeof roles.listOwnRoles>> {
  const rows = await kysely
    .selectFrom("user_roles")
    .innerJoin("roles", "roles.id", "user_roles.role_id")
    .select(["roles.id as role_id", "roles.name", "roles.display_name"])
    .select(sql<boolean>`roles.is_active is not false`.as("is_active"))
    .select(["user_roles.context_type", "user_roles.context_id", "user_roles.assigned_at"])
    .select(timeOf("user_roles.expires_at").as("expires_at"))
    .where("user_roles.user_id", "=", userIdOf(principal))
    .where(isUnexpired("user_roles.expires_at", now()))
    .orderBy("roles.name")
    .orderBy("user_roles.context_type")
    .orderBy("user_roles.context_id")
    .execute();
  const held = rows.map((row) => ({
    ...row,
    assigned_at: row.assigned_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
  }));
  return { roles: held, next_cursor: null };
}
