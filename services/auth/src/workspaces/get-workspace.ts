import { type InputOf, notFound, userIdOf, type workspaces } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { workspaceResource } from "./workspace-access.ts";
import { findWorkspace, rowToWorkspace, selectWorkspaces } from "./workspace-repository.ts";

export async function getWorkspace(
  deps: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { workspace_id: id }: InputOf<typeof workspaces.getWorkspace>,
): Promise<workspaces.Workspace> {
  const workspace = await findWorkspace(deps.kysely, id);
  const access = await openAccess(deps, context.principal);
  access.requireOn({ kind: "workspace", id }, "read", workspaceResource(workspace));
  return showWorkspace(deps.kysely, context, id);
}

/** As the caller sees it who has just opened or changed it, whether their key may read or not. */
export async function showWorkspace(
  kysely: Kysely<Tables>,
  { principal }: Context,
  workspaceId: string,
): Promise<workspaces.Workspace> {
  const row = await selectWorkspaces(kysely, userIdOf(principal))
    .where("workspaces.id", "=", workspaceId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("workspace", workspaceId);
  return rowToWorkspace(row);
}
