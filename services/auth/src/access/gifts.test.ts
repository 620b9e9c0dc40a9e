import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccessFacts, emptyFacts, type GrantContext } from "./access-facts.ts";
import { decide } from "./decide.ts";
import { type Gift, isHeld, requireHeld } from "./gifts.ts";
import { arbitraryContext, arbitraryFacts } from "./testing/arbitrary-facts.ts";
import {
  actions,
  ada,
  apiKeyId,
  ben,
  now,
  patterns,
  permissions,
  resources,
  roles,
  teamIds,
  teams,
  user,
  workspaceIds,
  workspaces,
} from "./testing/small-world.ts";

const globally: GrantContext = { type: "global", id: "global" };
const inStudio: GrantContext = { type: "team", id: teamIds.studio };

const arbitraryGift: fc.Arbitrary<Gift> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Gift>({ kind: "everything" }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("permission" as const),
      type: fc.constantFrom("kb", "kb", "asset", "admin"),
      action: fc.constantFrom(...actions),
      path: fc.constantFrom(...patterns, null),
    }),
  },
);

/** Somebody else with nothing, or with the same memberships and denials as in some other facts. */
const arbitraryRecipient = arbitraryFacts.map((facts): AccessFacts => ({
  ...facts,
  subject: { kind: "user", userId: ben, isActive: true, key: null },
}));

function given(recipient: AccessFacts, gift: Gift, context: GrantContext): AccessFacts {
  if (gift.kind === "everything") {
    const everything = roles.filter(({ name }) => name === "super_admin");
    const assigned = everything.map(({ id }) => ({ roleId: id, context, expiresAt: null }));
    return { ...recipient, roles, roleAssignments: [...recipient.roleAssignments, ...assigned] };
  }
  const { type, action, path } = gift;
  const permission = { id: "99999999-9999-4999-8999-999999999999", type, action, path };
  const fact = { permission, granted: true, context, expiresAt: null };
  return { ...recipient, userPermissions: [...recipient.userPermissions, fact] };
}

describe("nobody can give what they do not have:", () => {
  test("whatever somebody can do more after a gift, its giver could do", () => {
    let held = 0;
    let gained = 0;
    fc.assert(
      fc.property(
        arbitraryFacts,
        arbitraryRecipient,
        arbitraryGift,
        arbitraryContext,
        (giver, before, gift, context) => {
          if (!isHeld(giver, { gift, context, now })) return;
          held += 1;
          const after = given(before, gift, context);
          for (const resource of resources) {
            // What is everybody's own is given to everybody for their own.
            if (resource.path?.startsWith(`/kb/users/${ben}/`) === true) continue;
            for (const action of actions) {
              const request = { action, resource };
              if (!decide(after, request, now).allowed || decide(before, request, now).allowed) continue;
              gained += 1;
              expect([request, decide(giver, request, now).allowed]).toEqual([request, true]);
            }
          }
        },
      ),
      { numRuns: 6_000, seed: 20_261_124 },
    );
    expect(held).toBeGreaterThan(300);
    expect(gained).toBeGreaterThan(1_500);
  });

  test("who may do everything can give everything anywhere", () => {
    fc.assert(
      fc.property(arbitraryGift, arbitraryContext, (gift, context) => {
        expect(isHeld(holding("super_admin", globally), { gift, context, now })).toBe(true);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

const kbRead = (path: string | null): Gift => ({ kind: "permission", type: "kb", action: "read", path });

describe("a role in a team", () => {
  const giver = holding("editor", inStudio);

  test.each<[string, Gift, GrantContext, boolean]>([
    ["in the team", kbRead("/kb/*"), inStudio, true],
    ["in a team below", kbRead("/kb/*"), { type: "team", id: teamIds.painters }, true],
    ["in the team above", kbRead("/kb/*"), { type: "team", id: teamIds.company }, false],
    ["in a team beside", kbRead("/kb/*"), { type: "team", id: teamIds.closed }, false],
    ["in a workspace", kbRead("/kb/*"), { type: "workspace", id: workspaceIds.demo }, false],
    ["everywhere", kbRead("/kb/*"), globally, false],
    ["on the team's folder", kbRead(`/kb/teams/${teamIds.studio}/plans/*`), globally, true],
    ["on the folder of a team below", kbRead(`/kb/teams/${teamIds.painters}/x.md`), globally, true],
    ["on another folder", kbRead("/kb/private/*"), globally, false],
    ["of every document", kbRead(null), inStudio, false],
    ["of another kind", { kind: "permission", type: "asset", action: "read", path: null }, inStudio, false],
    ["as everything", { kind: "everything" }, inStudio, false],
  ])("can be given on %s: %#", (_where, gift, context, expected) => {
    expect(isHeld(giver, { gift, context, now })).toBe(expected);
  });

  test("that may do everything can be given there as a whole", () => {
    const whole = holding("super_admin", inStudio);

    expect(isHeld(whole, { gift: { kind: "everything" }, context: inStudio, now })).toBe(true);
    const below: GrantContext = { type: "team", id: teamIds.painters };
    expect(isHeld(whole, { gift: { kind: "everything" }, context: below, now })).toBe(true);
    expect(isHeld(whole, { gift: { kind: "everything" }, context: globally, now })).toBe(false);
  });
});

test("a member cannot give in a team what reaches the teams below, which they do not", () => {
  const member = { ...emptyFacts(user()), teams, teamMemberships: [{ teamId: teamIds.studio, teamRole: "member" }] };
  const owner = { ...member, teamMemberships: [{ teamId: teamIds.studio, teamRole: "owner" }] };

  expect(isHeld(member, { gift: kbRead(null), context: inStudio, now })).toBe(false);
  expect(isHeld(owner, { gift: kbRead(null), context: inStudio, now })).toBe(true);
});

describe("a key", () => {
  const scoped = (...scopes: string[]): AccessFacts => ({
    ...holding("super_admin", globally),
    subject: { kind: "user", userId: ada, isActive: true, key: { id: apiKeyId, scopes } },
  });

  test("gives no more than its scopes", () => {
    expect(isHeld(scoped("kb:read"), { gift: kbRead("/kb/*"), context: globally, now })).toBe(true);
    expect(isHeld(scoped("kb:read:/kb/shared/*"), { gift: kbRead("/kb/shared/a/*"), context: globally, now })).toBe(
      true,
    );
    expect(isHeld(scoped("kb:read:/kb/shared/*"), { gift: kbRead("/kb/*"), context: globally, now })).toBe(false);
    expect(isHeld(scoped("admin:roles"), { gift: kbRead("/kb/*"), context: globally, now })).toBe(false);
    expect(isHeld(scoped("*:*"), { gift: { kind: "everything" }, context: globally, now })).toBe(false);
    expect(isHeld(scoped("*"), { gift: { kind: "everything" }, context: globally, now })).toBe(true);
  });
});

describe("a denial", () => {
  const denied = (path: string, context = globally): AccessFacts => {
    const [reading] = permissions;
    const fact = { permission: { ...reading, path }, granted: false, context, expiresAt: null };
    return { ...holding("super_admin", globally), userPermissions: [fact] };
  };

  test("keeps its target from giving what it touches, in whole or in part", () => {
    const giver = denied("/kb/private/*");

    expect(isHeld(giver, { gift: kbRead("/kb/private/x.md"), context: globally, now })).toBe(false);
    expect(isHeld(giver, { gift: kbRead("/kb/*"), context: globally, now })).toBe(false);
    expect(isHeld(giver, { gift: kbRead(null), context: inStudio, now })).toBe(false);
    expect(isHeld(giver, { gift: kbRead("/kb/shared/*"), context: globally, now })).toBe(true);
    expect(isHeld(giver, { gift: { kind: "everything" }, context: globally, now })).toBe(false);
  });

  test("in a place keeps from giving there, and wherever it is not certain that it is elsewhere", () => {
    const [, , , , , reading] = permissions;
    const fact = { permission: reading, granted: false, context: inStudio, expiresAt: null };
    const giver = { ...holding("super_admin", globally), userPermissions: [fact] };
    const gift: Gift = { kind: "permission", type: "asset", action: "read", path: null };

    expect(isHeld(giver, { gift, context: inStudio, now })).toBe(false);
    expect(isHeld(giver, { gift, context: { type: "team", id: teamIds.closed }, now })).toBe(true);
    expect(isHeld(giver, { gift, context: { type: "workspace", id: workspaceIds.demo }, now })).toBe(false);
    expect(isHeld(giver, { gift, context: globally, now })).toBe(false);
  });
});

test("what is everybody's own can be given by who has it of their own", () => {
  const giver = emptyFacts(user());

  expect(isHeld(giver, { gift: kbRead("/kb/users/{user_id}/*"), context: globally, now })).toBe(true);
  expect(isHeld(giver, { gift: kbRead(`/kb/users/${ada}/*`), context: globally, now })).toBe(true);
  expect(isHeld(giver, { gift: kbRead(`/kb/users/${ben}/*`), context: globally, now })).toBe(false);
  expect(isHeld(giver, { gift: kbRead("/kb/users/*"), context: globally, now })).toBe(false);
});

test("who is switched off gives nothing, and a service everything", () => {
  const switchedOff = { ...holding("super_admin", globally), subject: { ...user(), isActive: false } } as AccessFacts;
  const service = emptyFacts({ kind: "service", name: "auth" });

  for (const gift of [kbRead("/kb/*"), { kind: "everything" } as const]) {
    expect(isHeld(switchedOff, { gift, context: globally, now })).toBe(false);
    expect(isHeld(service, { gift, context: globally, now })).toBe(true);
  }
});

test("a refusal names what is missing", () => {
  const giver = holding("editor", globally);

  expect(() => requireHeld({ facts: giver, now }, [kbRead("/kb/*")], globally)).not.toThrow();
  expect(() => requireHeld({ facts: giver, now }, [kbRead("/kb/*"), { kind: "everything" }], globally)).toThrow(
    expect.objectContaining({
      code: "FORBIDDEN",
      reason: "permission.not_held",
      message: expect.stringContaining("everything"),
    }),
  );
});

function holding(name: string, context: GrantContext): AccessFacts {
  const held = roles.filter((role) => role.name === name);
  return {
    ...emptyFacts(user()),
    teams,
    workspaces,
    roles: held,
    roleAssignments: held.map(({ id }) => ({ roleId: id, context, expiresAt: null })),
  };
}
