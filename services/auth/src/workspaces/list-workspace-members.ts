import type { InputOf, OutputOf, workspaces } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { EmailCursor } from "../members/email-cursor.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { workspaceResource } from "./workspace-access.ts";
import { rowToMember, selectMembers } from "./workspace-member-repository.ts";
import { findWorkspace } from "./workspace-repository.ts";

export async function listWorkspaceMembers(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Context,
  { workspace_id: id, limit, cursor }: InputOf<typeof workspaces.listWorkspaceMembers>,
): Promise<OutputOf<typeof workspaces.listWorkspaceMembers>> {
  const after = readCursor(EmailCursor, cursor);
  const workspace = await findWorkspace(deps.kysely, id);
  const access = await openAccess(deps, principal);
  access.requireOn({ kind: "workspace", id }, "read", workspaceResource(workspace));
  const found = await selectMembers(deps.kysely, id)
    .$if(after !== null, (query) => query.where("users.email", ">", after))
    .orderBy("users.email")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ email }) => email);
  return { members: rows.map(rowToMember), next_cursor };
}
