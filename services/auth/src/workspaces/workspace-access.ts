import type { Access } from "../access/open-access.ts";
import type { Resource } from "../access/selector.ts";
import { ownerOf, type WorkspaceRow } from "./workspace-repository.ts";

export function workspaceResource(workspace: Pick<WorkspaceRow, "id" | "owner_id" | "created_by">): Resource {
  const { id } = workspace;
  const ownerId = ownerOf(workspace);
  return { type: "workspace", id, workspaceId: id, ...(ownerId === null ? {} : { ownerId }) };
}

/** Who manages the workspace: its owner, and administrators of all workspaces. */
export function requireManagement(access: Access, workspace: WorkspaceRow): void {
  access.requireOn({ kind: "workspace", id: workspace.id }, "admin", workspaceResource(workspace));
}

/** Who disposes of the workspace: its owner, and administrators of all workspaces; none to whom managing was delegated. */
export function requireDisposal(access: Access, workspace: WorkspaceRow): void {
  requireManagement(access, workspace);
  if (access.decide("admin", { type: "workspace" }).allowed) return;
  access.require("delete", workspaceResource(workspace));
}
