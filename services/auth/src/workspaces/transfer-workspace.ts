import { conflict, type InputOf, notFound, type workspaces } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findUsableUser } from "../users/user-repository.ts";
import { showWorkspace } from "./get-workspace.ts";
import { requireDisposal } from "./workspace-access.ts";
import { findMember } from "./workspace-member-repository.ts";
import { lockWorkspace, ownerOf, updateWorkspace } from "./workspace-repository.ts";

/** To a member; the former owner stays as one, if they were. */
export async function transferWorkspace(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { workspace_id: workspaceId, user_id: userId }: InputOf<typeof workspaces.transferWorkspace>,
): Promise<workspaces.Workspace> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const workspace = await lockWorkspace(transaction, workspaceId);
    requireDisposal(await openAccess({ kysely: transaction, now }, context.principal), workspace);
    if ((await findMember(transaction, { workspaceId, userId })) === undefined) throw notFound("member", userId);
    if ((await findUsableUser(transaction, userId)) === undefined) {
      throw conflict("workspace.member_inactive", "The account of this member is switched off");
    }
    const former = ownerOf(workspace);
    await updateWorkspace(transaction, workspaceId, { owner_id: userId });
    const change = { before: { owner_id: former }, after: { owner_id: userId } };
    const target = { type: "workspace", id: workspaceId };
    const entry = { action: "workspace.transferred", target, workspaceId, targetUserId: userId, ...change } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    const userIds = former === null ? [userId] : [former, userId];
    await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: moment });
    return showWorkspace(transaction, context, workspaceId);
  });
}
