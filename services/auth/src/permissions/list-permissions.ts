import type { InputOf, OutputOf, roles } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import { requireAnyAdministration } from "../access/require-administration.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { rowToPermission, selectPermissions } from "../roles/role-repository.ts";

const position = /^(?<type>[^ \0]{1,100}) (?<action>[^ \0]{1,50}) (?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u;
const PositionCursor = z.string().regex(position);

export async function listPermissions(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Pick<Context, "principal">,
  { resource_type, action, limit, cursor }: InputOf<typeof roles.listPermissions>,
): Promise<OutputOf<typeof roles.listPermissions>> {
  const after = position.exec(readCursor(PositionCursor, cursor) ?? "")?.groups;
  requireAnyAdministration(await openAccess(deps, principal), ["permissions", "roles"]);
  const found = await selectPermissions(deps.kysely)
    .$if(resource_type !== undefined, (query) => query.where("resource_type", "=", resource_type ?? ""))
    .$if(action !== undefined, (query) => query.where("action", "=", action ?? ""))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(resource_type, action, id) > (${after?.["type"]}, ${after?.["action"]}, ${after?.["id"]}::uuid)`,
      ),
    )
    .orderBy("resource_type")
    .orderBy("action")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, (row) => `${row.resource_type} ${row.action} ${row.id}`);
  return { permissions: rows.map(rowToPermission), next_cursor };
}
