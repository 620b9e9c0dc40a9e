import { type AccessFacts, emptyFacts, type GrantContext } from "../access-facts.ts";
import type { AccessRequest } from "../decide.ts";
import {
  actions,
  ada,
  future,
  past,
  permissions,
  resources,
  roles,
  subjects,
  teamIds,
  teams,
  workspaceIds,
  workspaces,
} from "./small-world.ts";

/** Each dimension of the matrix, its values named for the sentence of a failing case. */
type Dimension = Readonly<Record<string, Partial<AccessFacts>>>;

const globally: GrantContext = { type: "global", id: "global" };
const inStudio: GrantContext = { type: "team", id: teamIds.studio };

function role(name: string, context = globally, expiresAt: Date | null = null): Partial<AccessFacts> {
  const held = roles.filter((each) => each.name === name);
  return { roles: held, roleAssignments: held.map(({ id }) => ({ roleId: id, context, expiresAt })) };
}

const roleDimension: Dimension = {
  "no role": {},
  "super_admin everywhere": role("super_admin"),
  "super_admin in the studio": role("super_admin", inStudio),
  "editor everywhere": role("editor"),
  "editor everywhere until now": role("editor", globally, past),
  "editor in the studio": role("editor", inStudio, future),
  "editor in a closed team": role("editor", { type: "team", id: teamIds.closed }),
  "editor in the demo": role("editor", { type: "workspace", id: workspaceIds.demo }),
  "editor in an ended workspace": role("editor", { type: "workspace", id: workspaceIds.over }),
  "editor on one folder": role("editor", { type: "resource", id: "/kb/private/*" }),
  "maker everywhere": role("maker"),
  "a retired role": role("retired"),
};

function member(teamId: string, teamRole: string | null): Partial<AccessFacts> {
  return { teamMemberships: [{ teamId, teamRole }] };
}

const teamDimension: Dimension = {
  "no team": {},
  "owner of the company": member(teamIds.company, "owner"),
  "admin of the studio": member(teamIds.studio, "admin"),
  "member of the studio": member(teamIds.studio, "member"),
  "viewer of the painters": member(teamIds.painters, "viewer"),
  "owner of a closed team": member(teamIds.closed, "owner"),
  "without a role in the painters": member(teamIds.painters, null),
  "member below a closed team": member(teamIds.archive, "member"),
};

const workspaceDimension: Dimension = {
  "no workspace": {},
  "in the demo": { workspaceMemberships: [{ workspaceId: workspaceIds.demo }] },
  "in an archived and an ended one": {
    workspaceMemberships: [{ workspaceId: workspaceIds.archived }, { workspaceId: workspaceIds.over }],
  },
};

function grant(
  type: "user" | "team" | "workspace" | "role",
  id: string,
  more: { readonly resource?: string; readonly expiresAt?: Date } = {},
): Partial<AccessFacts> {
  return {
    resourcePermissions: [
      {
        id: "11111111-1111-4111-8111-111111111111",
        type: more.resource?.startsWith("asset") ? "asset" : "kb",
        resource: more.resource ?? "/kb/private/*",
        grantee: { type, id },
        actions: ["read", "write"],
        expiresAt: more.expiresAt ?? null,
      },
    ],
  };
}

function share(grantee: AccessFacts["shares"][number]["grantee"], isActive: boolean, expiresAt: Date | null) {
  const resource = { type: "asset", resource: "asset-3", actions: ["read", "delete"] };
  return { shares: [{ id: "22222222-2222-4222-8222-222222222222", ...resource, grantee, isActive, expiresAt }] };
}

const shareDimension: Dimension = {
  "no share": {},
  "a folder for the user": grant("user", ada, { expiresAt: future }),
  "an asset for the user until now": grant("user", ada, { resource: "asset-3", expiresAt: past }),
  "a folder for the company": grant("team", teamIds.company),
  "a folder for the painters": grant("team", teamIds.painters),
  "a folder for the demo": grant("workspace", workspaceIds.demo),
  "a folder for a closed team": grant("team", teamIds.closed),
  "everything for editors": grant("role", "editor", { resource: "*" }),
  "a folder for a retired role": grant("role", "retired"),
  "a share with the user": share({ type: "user", id: ada }, true, null),
  "a share that was taken back": share({ type: "user", id: ada }, false, null),
  "a share with everybody": share("everyone", true, future),
};

function forbid(index: number, context: GrantContext = globally, expiresAt: Date | null = null): Partial<AccessFacts> {
  const found = permissions.filter((_permission, position) => position === index);
  return { userPermissions: found.map((permission) => ({ permission, granted: false, context, expiresAt })) };
}

const denialDimension: Dimension = {
  "no denial": {},
  "no reading": forbid(0),
  "no reading until now": forbid(0, globally, past),
  "no writing in the studio": forbid(1, inStudio, future),
  "no writing in a closed team": forbid(1, { type: "team", id: teamIds.closed }),
  "no reading of assets": forbid(5),
};

const dimensions = [roleDimension, teamDimension, workspaceDimension, shareDimension, denialDimension];

export interface MatrixCase {
  readonly sentence: string;
  readonly facts: AccessFacts;
  readonly request: AccessRequest;
}

/**
 * The whole matrix would have millions of cases; this walks through it in steps that have no divisor in common with the
 * size of any dimension, so that every value meets every other one.
 */
export function* walkMatrix(count: number): Generator<MatrixCase> {
  const step = 7_368_787;
  const named = dimensions.map((dimension) => Object.entries(dimension));
  const asked = resources.flatMap((resource) => actions.map((action) => ({ resource, action })));
  const who = Object.entries(subjects);
  for (let number = 0; number < count; number += 1) {
    let rest = number * step;
    const take = <Value>(values: readonly Value[]): Value => {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      if (value === undefined) throw new Error("A dimension has no values");
      return value;
    };
    const request = take(asked);
    const [subjectName, subject] = take(who);
    const chosen = named.map((values) => take(values));
    const facts = { ...emptyFacts(subject), teams, workspaces };
    yield {
      sentence: [subjectName, ...chosen.map(([name]) => name), JSON.stringify(request)].join(", "),
      facts: Object.assign(facts, ...chosen.map(([, part]) => part)) as AccessFacts,
      request,
    };
  }
}
