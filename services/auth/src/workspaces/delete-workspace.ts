import { conflict, type InputOf, type workspaces } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { forgetPlace } from "../members/forget-place.ts";
import { findConcernedUsers } from "./find-concerned-users.ts";
import { requireDisposal } from "./workspace-access.ts";
import { deleteWorkspaceRow, isOpen, lockWorkspace, ownerOf } from "./workspace-repository.ts";

/** Only what is in the archive or has ended: until then people work in it. */
export async function deleteWorkspace(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { workspace_id: workspaceId }: InputOf<typeof workspaces.deleteWorkspace>,
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    const workspace = await lockWorkspace(transaction, workspaceId);
    requireDisposal(await openAccess({ kysely: transaction, now }, context.principal), workspace);
    if (isOpen(workspace, moment)) throw conflict("workspace.not_archived", "Put the workspace into the archive first");
    const userIds = await findConcernedUsers(transaction, workspaceId);
    await forgetPlace(transaction, { type: "workspace", id: workspaceId });
    await deleteWorkspaceRow(transaction, workspaceId);
    const { name, display_name, description } = workspace;
    const before = { name, display_name, description, owner_id: ownerOf(workspace) };
    const target = { type: "workspace", id: workspaceId };
    const entry = { action: "workspace.deleted", target, workspaceId, before } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: moment });
  });
}
