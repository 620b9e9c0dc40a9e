import { conflict, type InputOf, notFound, userIdOf, type workspaces } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { requireManagement } from "./workspace-access.ts";
import { deleteMember, findMember } from "./workspace-member-repository.ts";
import { lockWorkspace } from "./workspace-repository.ts";

/** Everybody may leave, also what is in the archive; but not its owner. */
export async function removeWorkspaceMember(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { workspace_id: workspaceId, user_id: userId }: InputOf<typeof workspaces.removeWorkspaceMember>,
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    const workspace = await lockWorkspace(transaction, workspaceId);
    const member = await findMember(transaction, { workspaceId, userId });
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const isLeaving = userIdOf(context.principal) === userId;
    if (isLeaving && member !== undefined) access.require("write", { type: "account", ownerId: userId });
    else requireManagement(access, workspace);
    if (member === undefined) throw notFound("member", userId);
    if (member.is_owner) throw conflict("workspace.owner", "Hand the workspace over first");
    await deleteMember(transaction, { workspaceId, userId });
    const target = { type: "workspace", id: workspaceId };
    const entry = { action: "workspace.member_removed", target, workspaceId, targetUserId: userId } as const;
    await appendAuditEntry(transaction, context, { ...entry, details: { left: isLeaving } }, moment);
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
  });
}
