import { workspaces } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { addWorkspaceMember } from "./add-workspace-member.ts";
import { changeWorkspace } from "./change-workspace.ts";
import { createWorkspace } from "./create-workspace.ts";
import { deleteWorkspace } from "./delete-workspace.ts";
import { getWorkspace } from "./get-workspace.ts";
import { listWorkspaceMembers } from "./list-workspace-members.ts";
import { listWorkspaces } from "./list-workspaces.ts";
import { removeWorkspaceMember } from "./remove-workspace-member.ts";
import { transferWorkspace } from "./transfer-workspace.ts";

export const workspaceHandlers = (deps: AuthDeps): Binding[] => [
  implement(workspaces.createWorkspace, (context, input) => createWorkspace(deps, context, input)),
  implement(workspaces.listWorkspaces, (context, input) => listWorkspaces(deps, context, input)),
  implement(workspaces.getWorkspace, (context, input) => getWorkspace(deps, context, input)),
  implement(workspaces.changeWorkspace, (context, input) => changeWorkspace(deps, context, input)),
  implement(workspaces.deleteWorkspace, async (context, input) => {
    await deleteWorkspace(deps, context, input);
    return {};
  }),
  implement(workspaces.listWorkspaceMembers, (context, input) => listWorkspaceMembers(deps, context, input)),
  implement(workspaces.addWorkspaceMember, (context, input) => addWorkspaceMember(deps, context, input)),
  implement(workspaces.removeWorkspaceMember, async (context, input) => {
    await removeWorkspaceMember(deps, context, input);
    return {};
  }),
  implement(workspaces.transferWorkspace, (context, input) => transferWorkspace(deps, context, input)),
];
