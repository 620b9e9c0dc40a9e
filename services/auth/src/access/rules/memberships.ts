import { isGranted, teamRoleGrants, workspaceMemberGrants } from "../default-grants.ts";
import { activeTeamsBelow, inTeams, inWorkspace, isActiveWorkspace, teamsBelow } from "../places.ts";
import type { AccessRule } from "../statement.ts";

/** Allows what the person's role in a team does (`default-grants.ts`), on what lies in the team. */
export const teamRoles: AccessRule = (facts, question) => {
  if (facts.subject.kind !== "user") return [];
  return facts.teamMemberships.flatMap(({ teamId, teamRole }) => {
    const grants = (teamRoleGrants.get(teamRole ?? "") ?? []).filter((grant) => isGranted([grant], question));
    if (teamRole === null || grants.length === 0) return [];
    const find = grants.some(({ evenClosed }) => evenClosed) ? teamsBelow : activeTeamsBelow;
    const below = find(facts.teams, teamId);
    const reachesBelow = grants.some((grant) => grant.reachesBelow);
    const selector = inTeams(reachesBelow ? below : below.slice(0, 1), question);
    return selector === null
      ? []
      : [{ rule: { kind: "team-role", team_id: teamId, team_role: teamRole }, where: [selector] }];
  });
};

/** Allows what membership in a workspace does, on what lies in the workspace. */
export const workspaceMembers: AccessRule = (facts, question) => {
  if (facts.subject.kind !== "user" || !isGranted(workspaceMemberGrants, question)) return [];
  return facts.workspaceMemberships
    .filter(({ workspaceId }) => isActiveWorkspace(facts, workspaceId, question))
    .map(({ workspaceId }) => ({
      rule: { kind: "workspace-member", workspace_id: workspaceId },
      where: [inWorkspace(workspaceId, question)],
    }));
};
