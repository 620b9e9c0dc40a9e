import * as z from "zod";
import { Id } from "./access.ts";
import { defineOperation } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { Description, DisplayName, Metadata, Slug, NamedTime, StoredMetadata, Time } from "./place-fields.ts";
import { Newcomer } from "./teams.ts";
import { storableText } from "./storable.ts";

export const Workspace = z
  .object({
    id: z.guid(),
    name: z.string(),
    display_name: z.string(),
    description: z.string().nullable(),
    workspace_type: z.string(),
    /** `active`, `archived` or `expired`; what is not active gives its members nothing. */
    status: z.string(),
    metadata: StoredMetadata,
    owner_id: z.guid().nullable(),
    is_member: z.boolean(),
    member_count: z.int(),
    created_by: z.guid().nullable(),
    created_at: Time.nullable(),
    archived_at: Time.nullable(),
    expires_at: Time.nullable(),
  })
  .meta({ id: "Workspace" });
export type Workspace = z.infer<typeof Workspace>;

export const WorkspaceMember = z
  .object({
    user_id: z.guid(),
    email: z.string(),
    name: z.string().nullable(),
    is_owner: z.boolean(),
    joined_at: Time.nullable(),
    invited_by: z.guid().nullable(),
  })
  .meta({ id: "WorkspaceMember" });
export type WorkspaceMember = z.infer<typeof WorkspaceMember>;

export const createWorkspace = defineOperation({
  name: "auth.create-workspace",
  summary: "Open a workspace, which one owns then",
  permission: "workspace:create",
  http: { method: "POST", path: "/api/v1/workspaces", status: 201 },
  input: z.object({
    name: Slug,
    display_name: DisplayName,
    description: Description.default(null),
    workspace_type: storableText(50).min(1).default("project"),
    expires_at: NamedTime.nullable().default(null),
    metadata: Metadata.default({}),
  }),
  output: Workspace,
  errors: ["CONFLICT", "FORBIDDEN"],
});

export const listWorkspaces = defineOperation({
  name: "auth.list-workspaces",
  summary: "The workspaces that one may see, by name",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/workspaces" },
  input: z.object({
    ...PageInput,
    status: z.enum(["active", "archived", "expired"]).optional(),
    /** Part of a name, in any case. */
    q: storableText(255).optional(),
  }),
  output: z.object({ workspaces: z.array(Workspace), next_cursor: NextCursor }),
});

export const getWorkspace = defineOperation({
  name: "auth.get-workspace",
  summary: "One workspace",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/workspaces/{workspace_id}" },
  input: z.object({ workspace_id: Id }),
  output: Workspace,
  errors: ["NOT_FOUND"],
});

export const changeWorkspace = defineOperation({
  name: "auth.change-workspace",
  summary: "Describe a workspace anew, let it end at another time, put it into the archive or take it out",
  permission: "signed-in",
  http: { method: "PATCH", path: "/api/v1/workspaces/{workspace_id}" },
  input: z.object({
    workspace_id: Id,
    display_name: DisplayName.optional(),
    description: Description.optional(),
    status: z.enum(["active", "archived"]).optional(),
    expires_at: NamedTime.nullable().optional(),
    metadata: Metadata.optional(),
  }),
  output: Workspace,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const deleteWorkspace = defineOperation({
  name: "auth.delete-workspace",
  summary: "Delete a workspace that is in the archive or has ended, with its memberships and what it was given",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/workspaces/{workspace_id}", status: 204 },
  input: z.object({ workspace_id: Id }),
  output: z.object({}),
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const listWorkspaceMembers = defineOperation({
  name: "auth.list-workspace-members",
  summary: "Who is in a workspace, by address",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/workspaces/{workspace_id}/members" },
  input: z.object({ ...PageInput, workspace_id: Id }),
  output: z.object({ members: z.array(WorkspaceMember), next_cursor: NextCursor }),
  errors: ["NOT_FOUND"],
});

export const addWorkspaceMember = defineOperation({
  name: "auth.add-workspace-member",
  summary: "Make somebody a member without asking, as an administrator of accounts or of all workspaces; others invite",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/workspaces/{workspace_id}/members", status: 201 },
  input: z.object({ ...Newcomer, workspace_id: Id }),
  output: WorkspaceMember,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const removeWorkspaceMember = defineOperation({
  name: "auth.remove-workspace-member",
  summary: "Remove a member, or leave",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/workspaces/{workspace_id}/members/{user_id}", status: 204 },
  input: z.object({ workspace_id: Id, user_id: Id }),
  output: z.object({}),
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const transferWorkspace = defineOperation({
  name: "auth.transfer-workspace",
  summary: "Hand a workspace over to one of its members",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/workspaces/{workspace_id}/transfer" },
  input: z.object({ workspace_id: Id, user_id: Id }),
  output: Workspace,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});
