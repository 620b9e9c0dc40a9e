import { conflict, type InputOf, type workspaces } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { requirePerson } from "../members/require-person.ts";
import { requireRoom } from "../members/require-room.ts";
import { showWorkspace } from "./get-workspace.ts";
import { insertMember } from "./workspace-member-repository.ts";
import { insertWorkspace } from "./workspace-repository.ts";

export async function createWorkspace(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  input: InputOf<typeof workspaces.createWorkspace>,
): Promise<workspaces.Workspace> {
  const userId = requirePerson(context, "workspace:create");
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    await requireRoom({ transaction, access }, "workspace", userId);
    const workspace = await insertWorkspace(transaction, {
      ...input,
      metadata: JSON.stringify(input.metadata),
      status: "active",
      created_by: userId,
      owner_id: userId,
      created_at: moment,
    });
    if (workspace === undefined) throw conflict("workspace.name_taken", "There is a workspace of this name already");
    await insertMember(transaction, { workspace_id: workspace.id, user_id: userId, joined_at: moment });
    const target = { type: "workspace", id: workspace.id };
    const entry = { action: "workspace.created", target, workspaceId: workspace.id, after: input } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
    return showWorkspace(transaction, context, workspace.id);
  });
}
