import { type InputOf, type OutputOf, userIdOf, type workspaces } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { NameCursor } from "../members/name-cursor.ts";
import { containsText } from "../pages/contains-text.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { ownerColumn, rowToWorkspace, selectWorkspaces } from "./workspace-repository.ts";

export async function listWorkspaces(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Context,
  { limit, q, status, cursor }: InputOf<typeof workspaces.listWorkspaces>,
): Promise<OutputOf<typeof workspaces.listWorkspaces>> {
  const after = readCursor(NameCursor, cursor);
  const access = await openAccess(deps, principal);
  const id = sql.ref<string>("workspaces.id");
  const isSeen = access.filter({ action: "read", type: "workspace" }, { id, workspaceId: id, ownerId: ownerColumn });
  const found = await selectWorkspaces(deps.kysely, userIdOf(principal))
    .where(isSeen)
    .$if(after !== null, (query) => query.where("workspaces.name", ">", after))
    .$if(status !== undefined, (query) => query.where(sql`coalesce(workspaces.status, 'active')`, "=", status))
    .$if(q !== undefined, (query) => query.where(containsText(["workspaces.name", "workspaces.display_name"], q ?? "")))
    .orderBy("workspaces.name")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ name }) => name);
  return { workspaces: rows.map(rowToWorkspace), next_cursor };
}
