import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccessFacts, emptyFacts, type GrantContext } from "./access-facts.ts";
import { decide } from "./decide.ts";
import { explain } from "./explain.ts";
import {
  arbitraryExpired,
  arbitraryFacts,
  arbitraryRequest,
  inAnyOrder,
  userPermission,
} from "./testing/arbitrary-facts.ts";
import { walkMatrix } from "./testing/permission-matrix.ts";
import { isAllowedByReference } from "./testing/reference-evaluator.ts";
import {
  ada,
  ben,
  now,
  past,
  permissions,
  roles,
  subjects,
  teamIds,
  teams,
  trickyPaths,
  user,
  workspaceIds,
  workspaces,
} from "./testing/small-world.ts";

const matrixSize = 24_000;
const runs = { numRuns: 1_500, seed: 20_261_124 };
const globally: GrantContext = { type: "global", id: "global" };

describe("the permission matrix", () => {
  const cases = [...walkMatrix(matrixSize)];

  test("agrees with the naive reading of the contract in every case", () => {
    const different = cases.filter(
      ({ facts, request }) => decide(facts, request, now).allowed !== isAllowedByReference(facts, request, now),
    );

    expect(different.map(({ sentence }) => sentence)).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(2_000);
  });

  test("asks about different things, and gets both answers from every rule", () => {
    const named = cases.map(({ facts, request }) => decide(facts, request, now));

    expect(new Set(cases.map(({ sentence }) => sentence)).size).toBe(matrixSize);
    expect(named.filter(({ allowed }) => allowed).length).toBeGreaterThan(2_000);
    expect(named.filter(({ allowed }) => !allowed).length).toBeGreaterThan(2_000);
    expect([...new Set(named.map(({ rule }) => rule?.kind ?? "no rule"))].toSorted()).toEqual([
      "inactive-user",
      "key-scopes",
      "no rule",
      "own-namespace",
      "owner",
      "public-namespace",
      "resource-permission",
      "role",
      "service",
      "share",
      "shared-namespace",
      "team-role",
      "tricky-path",
      "user-denial",
      "workspace-member",
    ]);
  });

  test("is explained by one rule that alone gives the same answer", () => {
    const different = cases.filter(({ facts, request }) => {
      const { evidence, ...decision } = explain(facts, request, now);
      return JSON.stringify(decide(evidence, request, now)) !== JSON.stringify(decision);
    });

    expect(different.map(({ sentence }) => sentence)).toEqual([]);
  });
});

describe("whatever the facts are, the decision", () => {
  test("is that of the naive reading", () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRequest, (facts, request) => {
        expect(decide(facts, request, now).allowed).toBe(isAllowedByReference(facts, request, now));
      }),
      { ...runs, numRuns: 8_000 },
    );
  });

  test("follows from the one rule that is named", () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRequest, (facts, request) => {
        const { evidence, ...decision } = explain(facts, request, now);

        expect(decide(evidence, request, now)).toEqual(decision);
        expect(decision).toEqual(decide(facts, request, now));
      }),
      { ...runs, numRuns: 8_000 },
    );
  });

  test("is a refusal for no other reason than that no rule allows it, or names the one that forbids", () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRequest, (facts, request) => {
        const { allowed, rule, because } = decide(facts, request, now);

        expect(because).not.toBe("");
        if (rule === null) expect(allowed).toBe(false);
        if (!allowed && rule !== null) {
          expect(["tricky-path", "inactive-user", "user-denial", "key-scopes"]).toContain(rule.kind);
        }
      }),
      runs,
    );
  });

  test("is never opened by one more denial", () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRequest, userPermission, (facts, request, fact) => {
        const more = { ...facts, userPermissions: [...facts.userPermissions, { ...fact, granted: false }] };

        expect(decide(more, request, now).allowed && !decide(facts, request, now).allowed).toBe(false);
      }),
      runs,
    );
  });

  test("does not change with a fact that has expired", () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRequest, arbitraryExpired, (facts, request, withExpired) => {
        expect(decide(withExpired(facts), request, now)).toEqual(decide(facts, request, now));
      }),
      runs,
    );
  });

  test("does not depend on the order of the facts", () => {
    const both = arbitraryFacts.chain((facts) => fc.tuple(fc.constant(facts), inAnyOrder(facts)));
    fc.assert(
      fc.property(both, arbitraryRequest, ([facts, shuffled], request) => {
        expect(decide(shuffled, request, now)).toEqual(decide(facts, request, now));
      }),
      runs,
    );
  });

  test("is never wider for a key than for its user", () => {
    const scope = fc.constantFrom("*", "kb:read", "kb:*", "*:read", "asset:read:asset-1", "kb:read:/kb/shared/*", "kb");
    fc.assert(
      fc.property(arbitraryFacts, arbitraryRequest, fc.array(scope), (facts, request, scopes) => {
        const asKey = decide({ ...facts, subject: user(scopes) }, request, now).allowed;

        expect(asKey && !decide({ ...facts, subject: user() }, request, now).allowed).toBe(false);
      }),
      runs,
    );
  });
});

describe("a path that is not plain", () => {
  const everything: AccessFacts = {
    ...withRole("super_admin"),
    resourcePermissions: trickyPaths.map((path) => ({
      id: "11111111-1111-4111-8111-111111111111",
      type: "kb",
      resource: path,
      grantee: { type: "user", id: ada },
      actions: ["read"],
      expiresAt: null,
    })),
  };

  test.each([...trickyPaths, "/kb/\u0000", "/kb/users/../../x", "/kb/%61", "./kb/x", "/kb/x/."])(
    "is matched by nothing: %j",
    (path) => {
      const request = { action: "read", resource: { type: "kb", path } };

      expect(decide(everything, request, now)).toMatchObject({ allowed: false, rule: { kind: "tricky-path" } });
      expect(decide(emptyFacts(subjects["service"] ?? user()), request, now).allowed).toBe(false);
    },
  );

  test("is matched by no wildcard, wherever the trick stands", () => {
    const trick = fc.constantFrom("..", ".", "", "%2e%2e", "%2F", "..\\", "a\\b", "\u0001", "%5c", "\u0000");
    const word = fc.constantFrom("kb", "shared", "users", ada, "a..b", "100%", "...", "x%", "é");
    const path = fc
      .tuple(fc.array(word, { maxLength: 4 }), trick, fc.array(word, { maxLength: 3 }))
      .map(([before, middle, after]) => `/${[...before, middle, ...after].join("/")}`);
    fc.assert(
      fc.property(path, (tricky) => {
        expect(decide(everything, { action: "read", resource: { type: "kb", path: tricky } }, now).allowed).toBe(false);
      }),
      runs,
    );
  });

  test.each(["/kb/a..b.md", "/kb/.hidden/x", "/kb/100%", "/kb/50% off.md", "/kb/...", "/kb/é/ü.md", "/kb/a b"])(
    "is not one that only looks odd: %j",
    (path) => {
      expect(decide(everything, { action: "read", resource: { type: "kb", path } }, now).allowed).toBe(true);
    },
  );
});

describe("a pattern", () => {
  test.each<[string, string | null, string, boolean]>([
    ["covers what is below", "/kb/shared/*", "/kb/shared/x.md", true],
    ["covers what is deep below", "/kb/shared/*", "/kb/shared/a/b/c.md", true],
    ["covers no neighbour", "/kb/shared/*", "/kb/sharedx", false],
    ["covers nothing in a neighbour", "/kb/shared/*", "/kb/sharedx/y.md", false],
    ["does not cover its own folder", "/kb/shared/*", "/kb/shared", false],
    ["without a slash before the star is a name", "/kb/shared*", "/kb/shared/x.md", false],
    ["with a star inside is a name", "/kb/*/x.md", "/kb/shared/x.md", false],
    ["that is a name covers itself", "/kb/shared/x.md", "/kb/shared/x.md", true],
    ["that is a name covers nothing below", "/kb/shared", "/kb/shared/x.md", false],
    ["cares for capitals", "/kb/Shared/*", "/kb/shared/x.md", false],
    ["of the person is the person's", "/kb/users/{user_id}/*", `/kb/users/${ada}/x.md`, true],
    ["of the person is nobody else's", "/kb/users/{user_id}/*", `/kb/users/${ben}/x.md`, false],
    ["that is missing covers all", null, "/kb/anything", true],
    ["that is a star covers all", "*", "/kb/anything", true],
  ])("%s", (_sentence, stored, path, allowed) => {
    const permission = { id: "p", type: "kb", path: stored, action: "explode" };
    const facts = {
      ...emptyFacts(user()),
      userPermissions: [{ permission, granted: true, context: globally, expiresAt: null }],
    };

    expect(decide(facts, { action: "explode", resource: { type: "kb", path } }, now).allowed).toBe(allowed);
  });

  test("of the person is no guest's", () => {
    const permission = { id: "p", type: "kb", path: "/kb/users/{user_id}/*", action: "read" };
    const role = { id: "r", name: "guest", isActive: true, permissions: [permission] };
    const facts = {
      ...emptyFacts({ kind: "guest" }),
      roles: [role],
      roleAssignments: [{ roleId: "r", context: globally, expiresAt: null }],
    };

    for (const path of ["/kb/users/null/x", "/kb/users/{user_id}/x", "/kb/users/undefined/x"]) {
      expect(decide(facts, { action: "read", resource: { type: "kb", path } }, now).allowed).toBe(false);
    }
  });
});

describe("denials", () => {
  const [reading] = permissions;

  test("beat the role that may do everything, and ownership", () => {
    const facts = {
      ...withRole("super_admin"),
      userPermissions: [{ permission: reading, granted: false, context: globally, expiresAt: null }],
    };

    expect(ask(facts, "read", { type: "kb", path: `/kb/users/${ada}/x.md` })).toBe(false);
    expect(ask(facts, "write", { type: "kb", path: `/kb/users/${ada}/x.md` })).toBe(true);
  });

  test("are not beaten by a longer pattern that allows", () => {
    const [, , , , deleting] = permissions;
    const facts = {
      ...emptyFacts(user()),
      userPermissions: [
        { permission: { ...deleting, id: "q", path: "/kb/*" }, granted: false, context: globally, expiresAt: null },
        { permission: deleting, granted: true, context: globally, expiresAt: null },
      ],
    };

    expect(ask(facts, "delete", { type: "kb", path: "/kb/shared/plan.md" })).toBe(false);
  });

  test.each<[string, GrantContext, string]>([
    ["a team", { type: "team", id: teamIds.closed }, `/kb/teams/${teamIds.closed}/plan.md`],
    ["a workspace", { type: "workspace", id: workspaceIds.archived }, `/kb/workspaces/${workspaceIds.archived}/x.md`],
  ])("stay when %s is switched off", (_place, context, path) => {
    const facts = {
      ...withRole("super_admin"),
      userPermissions: [{ permission: reading, granted: false, context, expiresAt: null }],
    };

    expect(ask(facts, "read", { type: "kb", path })).toBe(false);
  });
});

describe("teams", () => {
  const plan = (team: string) => ({ type: "kb", path: `/kb/teams/${team}/plan.md` });
  const member = (teamId: string, teamRole: string): AccessFacts => ({
    ...emptyFacts(user()),
    teams,
    teamMemberships: [{ teamId, teamRole }],
  });

  test("pass an owner's and an admin's rights down, and nobody's up", () => {
    expect(ask(member(teamIds.company, "owner"), "write", plan(teamIds.painters))).toBe(true);
    expect(ask(member(teamIds.company, "admin"), "write", plan(teamIds.painters))).toBe(true);
    expect(ask(member(teamIds.company, "member"), "read", plan(teamIds.painters))).toBe(false);
    expect(ask(member(teamIds.painters, "owner"), "read", plan(teamIds.company))).toBe(false);
  });

  test("pass nothing through a team that is switched off", () => {
    expect(ask(member(teamIds.company, "owner"), "read", plan(teamIds.archive))).toBe(false);
    expect(ask(member(teamIds.archive, "owner"), "read", plan(teamIds.archive))).toBe(true);
  });

  test("that are switched off are still managed by their owners and those above, but by nobody else", () => {
    const manage = (facts: AccessFacts, id: string) => ask(facts, "admin", { type: "team", id, teamId: id });

    for (const id of [teamIds.closed, teamIds.archive]) {
      expect(manage(member(teamIds.company, "owner"), id)).toBe(true);
      expect(manage(member(teamIds.company, "admin"), id)).toBe(false);
    }
    expect(manage(member(teamIds.closed, "owner"), teamIds.closed)).toBe(true);
    expect(manage(member(teamIds.closed, "admin"), teamIds.closed)).toBe(false);
    expect(ask(member(teamIds.closed, "member"), "read", { type: "team", teamId: teamIds.closed })).toBe(false);
    expect(ask(member(teamIds.closed, "owner"), "read", plan(teamIds.closed))).toBe(false);
  });

  test("in a loop come to an end", () => {
    const loop = teams.map((team) => (team.id === teamIds.company ? { ...team, parentId: teamIds.painters } : team));
    const facts = { ...member(teamIds.studio, "owner"), teams: loop };

    expect(ask(facts, "read", plan(teamIds.company))).toBe(true);
    expect(ask(facts, "read", plan(teamIds.archive))).toBe(false);
    const grantee = { type: "team", id: teamIds.archive } as const;
    const given = { id: "g", type: "kb", resource: "*", grantee, actions: ["share"], expiresAt: null };
    expect(ask({ ...facts, resourcePermissions: [given] }, "share", { type: "kb", path: "/kb/x" })).toBe(false);
  });
});

describe("guests and services", () => {
  test("of memberships that cannot be theirs, guests get nothing", () => {
    const facts = {
      ...emptyFacts({ kind: "guest" }),
      teams,
      workspaces,
      teamMemberships: [{ teamId: teamIds.company, teamRole: "owner" }],
      workspaceMemberships: [{ workspaceId: workspaceIds.demo }],
    };

    expect(ask(facts, "read", { type: "kb", path: `/kb/teams/${teamIds.company}/plan.md` })).toBe(false);
    expect(ask(facts, "read", { type: "asset", workspaceId: workspaceIds.demo })).toBe(false);
    expect(ask(facts, "read", { type: "kb", path: "/kb/public/plan.md" })).toBe(true);
  });

  test("services may do everything that is written plainly", () => {
    const facts = emptyFacts({ kind: "service", name: "kb" });

    expect(decide(facts, { action: "read", resource: { type: "kb", path: "/kb/x" } }, now)).toEqual({
      allowed: true,
      rule: { kind: "service", name: "kb" },
      because: "Gaia's own service",
    });
  });
});

test("a role that has another one's id for a name does not hold what that was given", () => {
  const [admin] = roles;
  const impostor = {
    id: "99999999-9999-4999-8999-999999999999",
    name: admin?.id ?? "",
    isActive: true,
    permissions: [],
  };
  const facts: AccessFacts = {
    ...emptyFacts(user()),
    roles: [impostor],
    roleAssignments: [{ roleId: impostor.id, context: globally, expiresAt: null }],
    resourcePermissions: [
      {
        id: "g",
        type: "kb",
        resource: "*",
        grantee: { type: "role", id: impostor.name },
        actions: ["read"],
        expiresAt: null,
      },
    ],
  };

  expect(ask(facts, "read", { type: "kb", path: "/kb/x" })).toBe(false);
});

describe("a grant on a resource", () => {
  const grantTo = (type: "team" | "role", id: string): Partial<AccessFacts> => ({
    resourcePermissions: [
      { id: "g", type: "kb", resource: "/kb/private/*", grantee: { type, id }, actions: ["read"], expiresAt: null },
    ],
  });
  const memberOf = (teamId: string): AccessFacts => ({
    ...emptyFacts(user()),
    teams,
    teamMemberships: [{ teamId, teamRole: "owner" }],
  });
  const resource = { type: "kb", path: "/kb/private/plan.md" };

  test.each([
    ["the team itself", teamIds.studio, teamIds.studio, true],
    ["a team below", teamIds.painters, teamIds.company, true],
    ["a team above", teamIds.company, teamIds.painters, false],
    ["a team that is switched off", teamIds.closed, teamIds.closed, false],
    ["a team below one that is switched off, from above that", teamIds.archive, teamIds.company, false],
  ])("reaches members of %s: %s, given to %s: %s", (_who, member, grantee, allowed) => {
    expect(ask({ ...memberOf(member), ...grantTo("team", grantee) }, "read", resource)).toBe(allowed);
  });

  test("to a role reaches nobody when the role is retired", () => {
    expect(ask({ ...withRole("retired"), ...grantTo("role", "retired") }, "read", resource)).toBe(false);
    expect(ask({ ...withRole("bare"), ...grantTo("role", "bare") }, "read", resource)).toBe(true);
  });

  test("is explained without what else the holder may do as a member", () => {
    const facts = { ...memberOf(teamIds.studio), ...grantTo("team", teamIds.company) };
    const { evidence, rule } = explain(facts, { action: "read", resource }, now);

    expect(rule).toMatchObject({ kind: "resource-permission", holder: { type: "team", id: teamIds.studio } });
    expect(ask(evidence, "read", { type: "kb", path: `/kb/teams/${teamIds.studio}/plan.md` })).toBe(false);
  });

  test("is explained without what else the role may do", () => {
    const facts = { ...withRole("editor"), ...grantTo("role", "editor") };
    const granted = facts.resourcePermissions?.map((fact) => ({ ...fact, actions: ["share"] })) ?? [];
    const { evidence, allowed } = explain(
      { ...facts, resourcePermissions: granted },
      { action: "share", resource },
      now,
    );

    expect(allowed).toBe(true);
    expect(ask(evidence, "read", resource)).toBe(false);
  });
});

test("of several rules that would do, the same one is named in whatever order they come", () => {
  const permission = { id: "p", type: "chat", path: null, action: "read" };
  const held = ["first", "second"].map((name) => ({ id: name, name, isActive: true, permissions: [permission] }));
  const assigned = held.map(({ id }) => ({ roleId: id, context: globally, expiresAt: null }));
  const facts = { ...emptyFacts(user()), roles: held, roleAssignments: assigned };
  const request = { action: "read", resource: { type: "chat" } };

  expect(decide(facts, request, now)).toEqual(
    decide({ ...facts, roleAssignments: assigned.toReversed() }, request, now),
  );
});

test("what ends at a moment has ended at that moment", () => {
  const facts = withRole("super_admin", now);

  expect(decide(facts, { action: "read", resource: { type: "chat" } }, now).allowed).toBe(false);
  expect(decide(facts, { action: "read", resource: { type: "chat" } }, new Date(past.getTime() - 1)).allowed).toBe(
    true,
  );
});

function withRole(name: string, expiresAt: Date | null = null): AccessFacts {
  const held = roles.filter((role) => role.name === name);
  return {
    ...emptyFacts(user()),
    teams,
    workspaces,
    roles: held,
    roleAssignments: held.map(({ id }) => ({ roleId: id, context: globally, expiresAt })),
  };
}

function ask(facts: AccessFacts, action: string, resource: Parameters<typeof decide>[1]["resource"]): boolean {
  return decide(facts, { action, resource }, now).allowed;
}
