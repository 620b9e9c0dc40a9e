import type { grants, InputOf, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import * as z from "zod";
import { type Access, openAccess } from "../access/open-access.ts";
import { requireAnyAdministration } from "../access/require-administration.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { administeredColumns } from "../roles/administered-columns.ts";
import {
  granteeColumns,
  rowToPermissionGrant,
  rowToResourceGrant,
  selectPermissionGrants,
  selectResourceGrants,
} from "./grant-repository.ts";

type Deps = Pick<AuthDeps, "kysely" | "now">;

const IdCursor = z.guid();
const question = { type: "admin", action: "permissions" };

interface Wanted extends Pick<InputOf<typeof grants.listGrants>, "principal_type" | "principal_id"> {
  readonly after: string | null;
  readonly limit: number;
}

/** Both kinds of grants in one list, expired ones included until they are cleaned up; by id, which means nothing. */
export async function listGrants(
  deps: Deps,
  { principal }: Pick<Context, "principal">,
  { principal_type, principal_id, limit, cursor }: InputOf<typeof grants.listGrants>,
): Promise<OutputOf<typeof grants.listGrants>> {
  const after = readCursor(IdCursor, cursor);
  const access = await openAccess(deps, principal);
  requireAnyAdministration(access, ["permissions"]);
  const wanted = { principal_type, principal_id, after, limit: limit + 1 };
  const found = [
    ...(await findPermissionGrants(deps, access, wanted)),
    ...(await findResourceGrants(deps, access, wanted)),
  ].toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const { rows, next_cursor } = cutPage(found, limit, ({ id }) => id);
  return { grants: [...rows], next_cursor };
}

async function findPermissionGrants({ kysely }: Deps, access: Access, wanted: Wanted): Promise<grants.Grant[]> {
  const { principal_type: type, principal_id: id, after, limit } = wanted;
  if (type !== undefined && type !== "user") return [];
  const rows = await selectPermissionGrants(kysely)
    .where(access.filter(question, administeredColumns("user_permissions")))
    .$if(id !== undefined, (query) => query.where("user_permissions.user_id", "=", id ?? ""))
    .$if(after !== null, (query) => query.where("user_permissions.id", ">", after ?? ""))
    .orderBy("user_permissions.id")
    .limit(limit)
    .execute();
  return rows.map(rowToPermissionGrant);
}

async function findResourceGrants({ kysely }: Deps, access: Access, wanted: Wanted): Promise<grants.Grant[]> {
  const { principal_type: type, principal_id: id, after, limit } = wanted;
  const rows = await selectResourceGrants(kysely)
    .where(access.filter(question, granteeColumns))
    .$if(type !== undefined, (query) => query.where("principal_type", "=", type ?? ""))
    .$if(id !== undefined, (query) => query.where(isGrantee(id ?? "", type === "role")))
    .$if(after !== null, (query) => query.where("resource_permissions.id", ">", after ?? ""))
    .orderBy("resource_permissions.id")
    .limit(limit)
    .execute();
  return rows.map(rowToResourceGrant);
}

/** Roles are named by their name as well. */
function isGrantee(id: string, isRole: boolean) {
  const grantee = sql`lower(resource_permissions.principal_id)`;
  if (!isRole) return sql<boolean>`${grantee} = ${id}`;
  return sql<boolean>`(${grantee} = ${id} or resource_permissions.principal_id in (select name from roles where id = ${id}))`;
}
