import fc from "fast-check";
import type { AccessFacts, GrantContext } from "../access-facts.ts";
import {
  actions,
  ada,
  ben,
  future,
  past,
  patterns,
  permissions,
  resources,
  roles,
  subjects,
  teamIds,
  teams,
  workspaceIds,
  workspaces,
} from "./small-world.ts";

/** Random facts and requests about the small world; most of them mean something, because the world is small. */

const contexts: readonly GrantContext[] = [
  { type: "global", id: "global" },
  ...Object.values(teamIds).map((id) => ({ type: "team", id }) as const),
  ...Object.values(workspaceIds).map((id) => ({ type: "workspace", id }) as const),
  { type: "resource", id: "/kb/shared/*" },
  { type: "resource", id: "asset-3" },
];

export const arbitraryContext = fc.constantFrom(...contexts);
const expiresAt = fc.constantFrom(null, null, past, future);
const someActions = fc.uniqueArray(fc.constantFrom(...actions), { minLength: 1, maxLength: 4 });
const kindOfResource = fc.constantFrom("kb", "kb", "asset", "team");
const pattern = fc.constantFrom(...patterns);

const grantee = fc.oneof(
  fc.record({ type: fc.constant("user" as const), id: fc.constantFrom(ada, ben) }),
  fc.record({ type: fc.constant("team" as const), id: fc.constantFrom(...Object.values(teamIds)) }),
  fc.record({ type: fc.constant("workspace" as const), id: fc.constantFrom(...Object.values(workspaceIds)) }),
  fc.record({
    type: fc.constant("role" as const),
    id: fc.constantFrom(...roles.flatMap(({ id, name }) => [id, name])),
  }),
);

export const userPermission = fc.record({
  permission: fc.constantFrom(...permissions),
  granted: fc.constantFrom(true, false, null),
  context: arbitraryContext,
  expiresAt,
});

const roleAssignment = fc.record({
  roleId: fc.constantFrom(...roles.map(({ id }) => id)),
  context: arbitraryContext,
  expiresAt,
});

const resourcePermission = fc.record({
  id: fc.uuid({ version: 4 }),
  type: kindOfResource,
  resource: pattern,
  grantee,
  actions: someActions,
  expiresAt,
});

const share = fc.record({
  id: fc.uuid({ version: 4 }),
  type: kindOfResource,
  resource: pattern,
  grantee: fc.oneof(fc.constant("everyone" as const), grantee),
  actions: someActions,
  isActive: fc.boolean(),
  expiresAt,
});

const teamMembership = fc.record({
  teamId: fc.constantFrom(...Object.values(teamIds)),
  teamRole: fc.constantFrom("owner", "admin", "member", "viewer", "lead", null),
});

const workspaceMembership = fc.record({ workspaceId: fc.constantFrom(...Object.values(workspaceIds)) });

function few<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.array(value, { maxLength: 3 });
}

export const arbitraryFacts: fc.Arbitrary<AccessFacts> = fc.record({
  subject: fc.constantFrom(...Object.values(subjects), ...Object.values(subjects).slice(2, 3)),
  teams: fc.constant(teams),
  workspaces: fc.constant(workspaces),
  teamMemberships: fc.uniqueArray(teamMembership, { maxLength: 3, selector: ({ teamId }) => teamId }),
  workspaceMemberships: fc.uniqueArray(workspaceMembership, {
    maxLength: 3,
    selector: ({ workspaceId }) => workspaceId,
  }),
  roles: fc.constant(roles),
  roleAssignments: fc.uniqueArray(roleAssignment, { maxLength: 3, selector: keyOfAssignment }),
  userPermissions: fc.uniqueArray(userPermission, { maxLength: 3, selector: keyOfPermission }),
  resourcePermissions: few(resourcePermission),
  shares: few(share),
});

function keyOfAssignment(assignment: AccessFacts["roleAssignments"][number]): string {
  return JSON.stringify([assignment.roleId, assignment.context]);
}

/** As the table's primary key: one statement about one permission in one context. */
function keyOfPermission(fact: AccessFacts["userPermissions"][number]): string {
  return JSON.stringify([fact.permission.id, fact.context]);
}

export const arbitraryRequest = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
});

/** One more fact of any kind that can end, which ended. */
export const arbitraryExpired: fc.Arbitrary<(facts: AccessFacts) => AccessFacts> = fc.oneof(
  userPermission.map((fact) => (facts: AccessFacts) => ({
    ...facts,
    userPermissions: [...facts.userPermissions, { ...fact, expiresAt: past }],
  })),
  roleAssignment.map((fact) => (facts: AccessFacts) => ({
    ...facts,
    roleAssignments: [...facts.roleAssignments, { ...fact, expiresAt: past }],
  })),
  resourcePermission.map((fact) => (facts: AccessFacts) => ({
    ...facts,
    resourcePermissions: [...facts.resourcePermissions, { ...fact, expiresAt: past }],
  })),
  share.map((fact) => (facts: AccessFacts) => ({ ...facts, shares: [...facts.shares, { ...fact, expiresAt: past }] })),
);

/** The same facts, every list in another order. */
export function inAnyOrder(facts: AccessFacts): fc.Arbitrary<AccessFacts> {
  return fc.record({
    subject: fc.constant(facts.subject),
    teams: shuffled(facts.teams),
    workspaces: shuffled(facts.workspaces),
    teamMemberships: shuffled(facts.teamMemberships),
    workspaceMemberships: shuffled(facts.workspaceMemberships),
    roles: shuffled(facts.roles),
    roleAssignments: shuffled(facts.roleAssignments),
    userPermissions: shuffled(facts.userPermissions),
    resourcePermissions: shuffled(facts.resourcePermissions),
    shares: shuffled(facts.shares),
  });
}

function shuffled<Value>(values: readonly Value[]): fc.Arbitrary<Value[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length });
}
