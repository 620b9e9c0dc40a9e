import type { access, Selector } from "@gaia/contracts";
import type { AccessFacts, Grantee } from "./access-facts.ts";
import { activeTeamsAbove, isActiveWorkspace, selectContext } from "./places.ts";
import { isCurrent, type Question } from "./statement.ts";

/** As what the subject holds a grant that names a grantee, and where that counts. */
export interface Holding {
  readonly holder: access.GrantHolder;
  readonly where: readonly Selector[];
}

/** Every way in which the grantee is the subject: none, one, or several when two memberships lead to one team. */
export function findHoldings(facts: AccessFacts, grantee: Grantee, question: Question): readonly Holding[] {
  switch (grantee.type) {
    case "user":
      return isSubject(facts, grantee.id) ? [{ holder: { type: "user", id: grantee.id }, where: [] }] : [];
    case "team":
      return holdThroughTeams(facts, grantee.id);
    case "workspace":
      return holdThroughWorkspace(facts, grantee.id, question);
    case "role":
      return holdThroughRole(facts, grantee.id, question);
  }
}

function isSubject({ subject }: AccessFacts, userId: string): boolean {
  return subject.kind === "user" && subject.userId === userId;
}

/** Members of a team belong to the teams above it, and so hold what those were given. */
function holdThroughTeams(facts: AccessFacts, teamId: string): Holding[] {
  if (facts.subject.kind !== "user") return [];
  return facts.teamMemberships
    .filter((membership) => activeTeamsAbove(facts.teams, membership.teamId).includes(teamId))
    .map((membership) => ({ holder: { type: "team", id: membership.teamId }, where: [] }));
}

function holdThroughWorkspace(facts: AccessFacts, workspaceId: string, question: Question): Holding[] {
  const isMember =
    facts.subject.kind === "user" &&
    facts.workspaceMemberships.some((membership) => membership.workspaceId === workspaceId) &&
    isActiveWorkspace(facts, workspaceId, question);
  return isMember ? [{ holder: { type: "workspace", id: workspaceId }, where: [] }] : [];
}

// A role that was given another one's id for a name must not hold what was given to the other.
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A grant to a role counts where the subject holds the role. */
function holdThroughRole(facts: AccessFacts, idOrName: string, question: Question): Holding[] {
  const role = facts.roles.find(({ id, name }) => id === idOrName || (name === idOrName && !uuid.test(idOrName)));
  if (!role?.isActive) return [];
  return facts.roleAssignments.flatMap((assignment) => {
    if (assignment.roleId !== role.id || !isCurrent(assignment, question)) return [];
    const where = selectContext(facts, assignment.context, question);
    return where === null ? [] : [{ holder: { type: "role", id: role.id, context: assignment.context }, where }];
  });
}
