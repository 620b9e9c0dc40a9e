import type { access } from "@gaia/contracts";
import { type AccessFacts, emptyFacts, type GrantContext, type RoleFact } from "./access-facts.ts";
import { type AccessRequest, decide, type Decision } from "./decide.ts";
import type { RuleReference } from "./statement.ts";

export interface Explanation extends Decision {
  /** The facts behind the named rule and no others. Deciding by them gives the same answer by the same rule. */
  readonly evidence: AccessFacts;
}

/** The decision, with the one rule that decided and the facts it rests on. */
export function explain(facts: AccessFacts, request: AccessRequest, now: Date): Explanation {
  const decision = decide(facts, request, now);
  const { teams, workspaces, subject } = facts;
  const places = { ...emptyFacts(subject), teams, workspaces };
  const evidence = decision.rule === null ? emptyFacts(subject) : { ...places, ...factsOf(decision.rule, facts) };
  return { ...decision, evidence };
}

function factsOf(rule: RuleReference, facts: AccessFacts): Partial<AccessFacts> {
  switch (rule.kind) {
    case "user-denial":
    case "user-permission":
      return userPermissionOf(rule, facts);
    case "role":
      return roleOf({ roleId: rule.role_id, context: rule.context }, facts, ({ id }) => id === rule.permission_id);
    case "resource-permission":
      return {
        ...holderOf(rule.holder, facts),
        resourcePermissions: facts.resourcePermissions.filter(({ id }) => id === rule.id),
      };
    case "share":
      return { ...holderOf(rule.holder, facts), shares: facts.shares.filter(({ id }) => id === rule.id) };
    case "team-role":
      return { teamMemberships: facts.teamMemberships.filter(({ teamId }) => teamId === rule.team_id) };
    case "workspace-member":
      return {
        workspaceMemberships: facts.workspaceMemberships.filter(({ workspaceId }) => workspaceId === rule.workspace_id),
      };
    default:
      return {};
  }
}

function userPermissionOf(
  rule: Extract<RuleReference, { kind: "user-denial" | "user-permission" }>,
  facts: AccessFacts,
): Partial<AccessFacts> {
  const isNamed = (fact: AccessFacts["userPermissions"][number]): boolean =>
    fact.permission.id === rule.permission_id &&
    fact.granted === (rule.kind === "user-permission") &&
    isSameContext(fact.context, rule.context);
  return { userPermissions: facts.userPermissions.filter(isNamed) };
}

/** The role where it was given, with only the permissions that count. */
function roleOf(
  { roleId, context }: { readonly roleId: string; readonly context: GrantContext },
  facts: AccessFacts,
  isKept: (permission: RoleFact["permissions"][number]) => boolean,
): Partial<AccessFacts> {
  return {
    roles: facts.roles
      .filter(({ id }) => id === roleId)
      .map((role) => ({ ...role, permissions: role.permissions.filter(isKept) })),
    roleAssignments: facts.roleAssignments.filter(
      (assignment) => assignment.roleId === roleId && isSameContext(assignment.context, context),
    ),
  };
}

/** What makes the subject a holder, stripped of what it would allow by itself. */
function holderOf(holder: access.GrantHolder, facts: AccessFacts): Partial<AccessFacts> {
  switch (holder.type) {
    case "everyone":
    case "user":
      return {};
    case "team":
      return { teamMemberships: [{ teamId: holder.id, teamRole: null }] };
    case "workspace":
      return { workspaceMemberships: [{ workspaceId: holder.id }] };
    case "role":
      return roleOf({ roleId: holder.id, context: holder.context }, facts, () => false);
  }
}

function isSameContext(left: GrantContext, right: GrantContext): boolean {
  return left.type === right.type && left.id === right.id;
}
