import { invitations } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { declineInvitation } from "./decline-invitation.ts";
import { hashInvitationToken } from "./invitation-token.ts";
import { invite } from "./invite.ts";
import { listInvitations } from "./list-invitations.ts";
import { listOwnInvitations } from "./list-own-invitations.ts";
import { withdrawInvitation } from "./withdraw-invitation.ts";

export const invitationHandlers = (deps: AuthDeps): Binding[] => [
  ...teamHandlers(deps),
  ...workspaceHandlers(deps),
  implement(invitations.listOwnInvitations, (context, input) => listOwnInvitations(deps, context, input)),
  implement(invitations.acceptMailedInvitation, (context, { token }) =>
    acceptInvitation(deps, context, { tokenHash: hashInvitationToken(token) }),
  ),
  implement(invitations.acceptInvitation, (context, { invitation_id }) =>
    acceptInvitation(deps, context, { id: invitation_id }),
  ),
  implement(invitations.declineInvitation, async (context, { invitation_id }) => {
    await declineInvitation(deps, context, { id: invitation_id });
    return {};
  }),
];

const teamHandlers = (deps: AuthDeps): Binding[] => [
  implement(invitations.inviteToTeam, (context, { team_id, email, team_role }) =>
    invite(deps, context, { place: { type: "team", id: team_id }, email, teamRole: team_role }),
  ),
  implement(invitations.listTeamInvitations, (context, { team_id, ...page }) =>
    listInvitations(deps, context, { place: { type: "team", id: team_id }, ...page }),
  ),
  implement(invitations.withdrawTeamInvitation, async (context, { team_id, invitation_id }) => {
    await withdrawInvitation(deps, context, { place: { type: "team", id: team_id }, id: invitation_id });
    return {};
  }),
];

const workspaceHandlers = (deps: AuthDeps): Binding[] => [
  implement(invitations.inviteToWorkspace, (context, { workspace_id, email }) =>
    invite(deps, context, { place: { type: "workspace", id: workspace_id }, email, teamRole: null }),
  ),
  implement(invitations.listWorkspaceInvitations, (context, { workspace_id, ...page }) =>
    listInvitations(deps, context, { place: { type: "workspace", id: workspace_id }, ...page }),
  ),
  implement(invitations.withdrawWorkspaceInvitation, async (context, { workspace_id, invitation_id }) => {
    await withdrawInvitation(deps, context, { place: { type: "workspace", id: workspace_id }, id: invitation_id });
    return {};
  }),
];
