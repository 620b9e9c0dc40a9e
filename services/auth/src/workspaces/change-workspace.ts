import type { InputOf, workspaces } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { pickChanges } from "../members/pick-changes.ts";
import { readMetadata } from "../teams/team-repository.ts";
import { findConcernedUsers } from "./find-concerned-users.ts";
import { showWorkspace } from "./get-workspace.ts";
import { requireManagement } from "./workspace-access.ts";
import { lockWorkspace, updateWorkspace, type WorkspaceRow } from "./workspace-repository.ts";

export async function changeWorkspace(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { workspace_id: workspaceId, ...wish }: InputOf<typeof workspaces.changeWorkspace>,
): Promise<workspaces.Workspace> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const workspace = await lockWorkspace(transaction, workspaceId);
    requireManagement(await openAccess({ kysely: transaction, now }, context.principal), workspace);
    const { before, after } = pickChanges(storedOf(workspace), withTime(wish));
    if (Object.keys(after).length === 0) return showWorkspace(transaction, context, workspaceId);
    const { metadata, status, ...plain } = after;
    await updateWorkspace(transaction, workspaceId, {
      ...plain,
      ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
      ...(status === undefined ? {} : { status, archived_at: status === "archived" ? moment : null }),
    });
    const action = status === "archived" ? "workspace.archived" : "workspace.changed";
    const entry = { action, target: { type: "workspace", id: workspaceId }, workspaceId, before, after } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    const changesAccess = status !== undefined || after.expires_at !== undefined;
    const userIds = changesAccess ? await findConcernedUsers(transaction, workspaceId) : [];
    await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: moment });
    return showWorkspace(transaction, context, workspaceId);
  });
}

function storedOf({ status, metadata, archived_at, ...workspace }: WorkspaceRow) {
  // What the original put into the archive by its time alone is not active either.
  const isArchived = archived_at !== null && (status ?? "active") === "active";
  return { ...workspace, status: isArchived ? "archived" : (status ?? "active"), metadata: readMetadata(metadata) };
}

function withTime<Wish extends { readonly expires_at?: string | null | undefined }>({ expires_at, ...wish }: Wish) {
  const time = typeof expires_at === "string" ? new Date(expires_at) : expires_at;
  return { ...wish, ...(time === undefined ? {} : { expires_at: time }) };
}
