import { conflict, type InputOf, notFound, userIdOf, type workspaces } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findNewcomer, requireAddingUnasked } from "../members/find-newcomer.ts";
import { requireManagement } from "./workspace-access.ts";
import { findMember, insertMember } from "./workspace-member-repository.ts";
import { lockWorkspace } from "./workspace-repository.ts";

export async function addWorkspaceMember(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { workspace_id: workspaceId, ...named }: InputOf<typeof workspaces.addWorkspaceMember>,
): Promise<workspaces.WorkspaceMember> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const workspace = await lockWorkspace(transaction, workspaceId);
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    requireManagement(access, workspace);
    requireAddingUnasked(access, "workspace");
    const userId = await findNewcomer(transaction, named);
    const facts = { workspace_id: workspaceId, user_id: userId, joined_at: moment };
    const isNew = await insertMember(transaction, { ...facts, invited_by: userIdOf(context.principal) });
    if (!isNew) throw conflict("workspace.member_exists", "This account is a member already");
    const target = { type: "workspace", id: workspaceId };
    const entry = { action: "workspace.member_added", target, workspaceId, targetUserId: userId } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
    const member = await findMember(transaction, { workspaceId, userId });
    if (member === undefined) throw notFound("member", userId);
    return member;
  });
}
