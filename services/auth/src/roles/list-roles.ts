import type { InputOf, OutputOf, roles } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import { requireAnyAdministration } from "../access/require-administration.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { findRole, rowToRole, selectRoles } from "./role-repository.ts";

type Deps = Pick<AuthDeps, "kysely" | "now">;
type Caller = Pick<Context, "principal">;

const NameCursor = z.string().regex(/^[^\0]{1,100}$/);

/** Roles are for whoever administers something; the name is unique, and so orders the list. */
export async function listRoles(
  deps: Deps,
  { principal }: Caller,
  { role_type: type, limit, cursor }: InputOf<typeof roles.listRoles>,
): Promise<OutputOf<typeof roles.listRoles>> {
  const after = readCursor(NameCursor, cursor);
  const access = await openAccess(deps, principal);
  requireAnyAdministration(access, ["roles", "permissions"]);
  const found = await selectRoles(deps.kysely, access)
    .$if(type !== undefined, (query) => query.where("roles.role_type", "=", type ?? ""))
    .$if(after !== null, (query) => query.where("roles.name", ">", after ?? ""))
    .orderBy("roles.name")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ name }) => name);
  return { roles: rows.map(rowToRole), next_cursor };
}

export async function getRole(
  deps: Deps,
  { principal }: Caller,
  { role_id: roleId }: InputOf<typeof roles.getRole>,
): Promise<OutputOf<typeof roles.getRole>> {
  const access = await openAccess(deps, principal);
  requireAnyAdministration(access, ["roles", "permissions"]);
  return findRole(deps.kysely, access, roleId);
}
