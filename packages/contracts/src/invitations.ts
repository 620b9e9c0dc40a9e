import * as z from "zod";
import { Id } from "./access.ts";
import { defineOperation } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { EmailAddress, Time } from "./place-fields.ts";
import { storableText } from "./storable.ts";
import { TeamRole } from "./teams.ts";

/** The secret of an invitation is in its mail and nowhere else. */
export const Invitation = z
  .object({
    id: z.guid(),
    team_id: z.guid().nullable(),
    workspace_id: z.guid().nullable(),
    email: z.string(),
    team_role: z.string().nullable(),
    invited_by: z.guid().nullable(),
    created_at: Time,
    expires_at: Time,
    accepted_at: Time.nullable(),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

/** As the invited person sees it. */
export const OwnInvitation = Invitation.extend({
  place: z.object({ type: z.enum(["team", "workspace"]), id: z.guid(), name: z.string(), display_name: z.string() }),
  inviter: z.object({ name: z.string().nullable(), email: z.string() }).nullable(),
}).meta({ id: "OwnInvitation" });
export type OwnInvitation = z.infer<typeof OwnInvitation>;

const listed = z.object({ invitations: z.array(Invitation), next_cursor: NextCursor });

export const inviteToTeam = defineOperation({
  name: "auth.invite-to-team",
  summary: "Mail an invitation to a team; it lasts a week and replaces an earlier one to the same address",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/teams/{team_id}/invitations", status: 201 },
  input: z.object({ team_id: Id, email: EmailAddress, team_role: TeamRole.default("member") }),
  output: Invitation,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND", "RATE_LIMITED"],
});

export const listTeamInvitations = defineOperation({
  name: "auth.list-team-invitations",
  summary: "The invitations to a team that still count, newest first",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/teams/{team_id}/invitations" },
  input: z.object({ ...PageInput, team_id: Id }),
  output: listed,
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const withdrawTeamInvitation = defineOperation({
  name: "auth.withdraw-team-invitation",
  summary: "Take back an invitation to a team",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/teams/{team_id}/invitations/{invitation_id}", status: 204 },
  input: z.object({ team_id: Id, invitation_id: Id }),
  output: z.object({}),
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const inviteToWorkspace = defineOperation({
  name: "auth.invite-to-workspace",
  summary: "Mail an invitation to a workspace; it lasts a week and replaces an earlier one to the same address",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/workspaces/{workspace_id}/invitations", status: 201 },
  input: z.object({ workspace_id: Id, email: EmailAddress }),
  output: Invitation,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND", "RATE_LIMITED"],
});

export const listWorkspaceInvitations = defineOperation({
  name: "auth.list-workspace-invitations",
  summary: "The invitations to a workspace that still count, newest first",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/workspaces/{workspace_id}/invitations" },
  input: z.object({ ...PageInput, workspace_id: Id }),
  output: listed,
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const withdrawWorkspaceInvitation = defineOperation({
  name: "auth.withdraw-workspace-invitation",
  summary: "Take back an invitation to a workspace",
  permission: "signed-in",
  http: { method: "DELETE", path: "/api/v1/workspaces/{workspace_id}/invitations/{invitation_id}", status: 204 },
  input: z.object({ workspace_id: Id, invitation_id: Id }),
  output: z.object({}),
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const listOwnInvitations = defineOperation({
  name: "auth.list-own-invitations",
  summary: "What one is invited to at the address of one's account, newest first",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/invitations" },
  input: z.object(PageInput),
  output: z.object({ invitations: z.array(OwnInvitation), next_cursor: NextCursor }),
  errors: ["FORBIDDEN"],
});

export const acceptMailedInvitation = defineOperation({
  name: "auth.accept-mailed-invitation",
  summary: "Join by the token of a mail, with the account of the address that it was sent to",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/invitations/accept" },
  input: z.object({ token: storableText(200) }),
  output: OwnInvitation,
  /** `NOT_FOUND` for unknown, used, withdrawn and expired tokens alike. */
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const acceptInvitation = defineOperation({
  name: "auth.accept-invitation",
  summary: "Join what one is invited to",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/invitations/{invitation_id}/accept" },
  input: z.object({ invitation_id: Id }),
  output: OwnInvitation,
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const declineInvitation = defineOperation({
  name: "auth.decline-invitation",
  summary: "Refuse what one is invited to",
  permission: "signed-in",
  http: { method: "POST", path: "/api/v1/invitations/{invitation_id}/decline", status: 204 },
  input: z.object({ invitation_id: Id }),
  output: z.object({}),
  errors: ["FORBIDDEN", "NOT_FOUND"],
});
