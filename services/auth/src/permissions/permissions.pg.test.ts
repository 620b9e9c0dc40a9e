import { randomUUID } from "node:crypto";
import { type GaiaError, grants, roles } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { decide } from "../access/decide.ts";
import { loadFacts } from "../access/load-facts.ts";
import { now, openAdministrationWorld, type Someone } from "../testing/open-administration-world.ts";

const world = await openAdministrationWorld();
const { call, createPerson, createRole, createTeam, createWorkspace, keyOf, kysely, permissionId, roleId } = world;

const administrator = await createPerson([["super_admin"]]);
const forbidden = { code: "FORBIDDEN" };
const notHeld = { code: "FORBIDDEN", reason: "permission.not_held" };
const notFound = { code: "NOT_FOUND" };
const readAll = await permissionId("kb", "read", "/kb/*");
const writeAll = await permissionId("kb", "write", "/kb/*");
const globally = { context_type: "global" as const };
const at = (team: { readonly id: string }) => ({ context_type: "team" as const, context_id: team.id });

const may = async ({ userId }: Someone, action: string, path: string) =>
  decide(await loadFacts({ kysely }, { kind: "user", userId }), { action, resource: { type: "kb", path } }, now)
    .allowed;

const give = (by: Parameters<typeof call>[1], to: Someone, more: Record<string, unknown> = {}) =>
  call(grants.createGrant, by, { principal_type: "user", principal_id: to.userId, permission_id: readAll, ...more });

const giveTo = (
  by: Parameters<typeof call>[1],
  principal_type: "team" | "workspace" | "role",
  principal_id: string,
  more: Record<string, unknown> = {},
) =>
  call(grants.createGrant, by, {
    principal_type,
    principal_id,
    resource_type: "kb",
    resource: "/kb/private/*",
    actions: ["read"],
    ...more,
  });

/** Somebody who administers permissions in a place and may read its documents there, and nothing else. */
async function createDelegate(place: { context_type: string; context_id: string }) {
  return createPerson([[(await createRole(await permissionId("admin", "permissions"), readAll)).name, place]]);
}

const member = await createPerson();
const company = await createTeam(null, member);
const studio = await createTeam(company.id, member);
const other = await createTeam(null, member);
const delegate = await createDelegate(company);

describe("the list of permissions", () => {
  test("has all, by type and action, in pages", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(roles.listPermissions, administrator, { limit: 7, cursor });
      seen.push(...page.permissions.map(({ resource_type, action, id }) => `${resource_type} ${action} ${id}`));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);

    expect(seen).toEqual(seen.toSorted());
    const { count } = await kysely
      .selectFrom("permissions")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .executeTakeFirstOrThrow();
    expect(new Set(seen).size).toBe(Number(count));
    const kb = await call(roles.listPermissions, administrator, { resource_type: "kb", action: "read" });
    expect(new Set(kb.permissions.map(({ resource_path }) => resource_path))).toEqual(
      new Set(["/kb/*", "/kb/shared/*", "/kb/users/{user_id}/*"]),
    );
  });

  test("is for who administers something", async () => {
    expect((await call(roles.listPermissions, delegate, { limit: 1 })).permissions).toHaveLength(1);
    await expect(call(roles.listPermissions, member, {})).rejects.toMatchObject(forbidden);
  });
});

describe("a permission", () => {
  const create = (input: Record<string, unknown>, by = administrator) =>
    call(roles.createPermission, by, { resource_type: "kb", action: "read", ...input });

  test("is made once, also by several at once", async () => {
    const resource_path = `/kb/${randomUUID()}/*`;
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => create({ resource_path })));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(create({ resource_path })).rejects.toMatchObject({ code: "CONFLICT", reason: "permission.exists" });
    expect(await create({ resource_path, action: "review", description: "Look at it" })).toMatchObject({
      resource_path,
      action: "review",
      description: "Look at it",
    });
  });

  test.each([
    ["a star inside", { resource_path: "/kb/*/x.md" }],
    ["a star without a slash", { resource_path: "/kb/shared*" }],
    ["steps up", { resource_path: "/kb/../x" }],
    ["encoded characters", { resource_path: "/kb/%2e%2e/x" }],
    ["a slash at the end", { resource_path: "/kb/shared/" }],
    ["other braces", { resource_path: "/kb/{team_id}/*" }],
    ["a placeholder inside a step", { resource_path: "/kb/users/x{user_id}/*" }],
    ["nothing", { resource_path: "" }],
    ["NUL", { resource_path: "/kb/\0" }],
    ["half a surrogate pair", { resource_path: "/kb/\ud800" }],
    ["too long a path", { resource_path: `/${"a".repeat(500)}` }],
    ["a star as type", { resource_type: "*" }],
    ["capitals in the action", { action: "Read" }],
  ])("with %s is refused", async (_what, input) => {
    await expect(create(input)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test.each(["*", null, "/kb/users/{user_id}/*", "/kb/a b/ü.md", "asset-1", "/*"])(
    "may name %j",
    async (resource_path) => {
      const action = `a${randomUUID()}`;
      expect(await create({ resource_path, action })).toMatchObject({ resource_path, action });
    },
  );

  test("in use is deleted by force only, and then from all who had it", async () => {
    const resource_path = `/kb/${randomUUID()}`;
    const { id } = await create({ resource_path });
    const role = await createRole(id);
    const holder = await createPerson([[role.name]]);
    const remove = (force?: "true") =>
      call(roles.deletePermission, administrator, { permission_id: id, ...(force === undefined ? {} : { force }) });

    await expect(remove()).rejects.toMatchObject({ code: "CONFLICT", reason: "permission.granted" });
    expect(await may(holder, "read", resource_path)).toBe(true);
    await remove("true");
    expect(await may(holder, "read", resource_path)).toBe(false);
    await expect(remove()).rejects.toMatchObject(notFound);
    expect((await call(roles.getRole, administrator, { role_id: role.id })).permissions).toEqual([]);
  });

  test("is made and deleted by global administrators, and one in use by who has it", async () => {
    const manager = await createPerson([[(await createRole(await permissionId("admin", "permissions"))).name]]);
    const { id } = await create({ resource_path: `/kb/${randomUUID()}` }, manager);

    await expect(create({ resource_path: `/kb/${randomUUID()}` }, delegate)).rejects.toMatchObject(forbidden);
    await expect(call(roles.deletePermission, delegate, { permission_id: id })).rejects.toMatchObject(forbidden);
    await createRole(id);
    const forced = call(roles.deletePermission, manager, { permission_id: id, force: "true" });
    await expect(forced).rejects.toMatchObject(notHeld);
  });
});

describe("a grant to a user", () => {
  test("allows, ends, and is taken back", async () => {
    const person = await createPerson();
    const expires_at = "2026-12-01T00:00:00.000Z";
    const grant = await give(administrator, person, { expires_at });

    expect(grant).toEqual({
      id: expect.any(String),
      principal_type: "user",
      principal_id: person.userId,
      permission_id: readAll,
      resource_type: "kb",
      resource_path: "/kb/*",
      action: "read",
      granted: true,
      context_type: "global",
      context_id: "global",
      granted_at: now.toISOString(),
      granted_by: administrator.userId,
      expires_at,
    });
    expect(await may(person, "read", "/kb/private/x.md")).toBe(true);
    await call(grants.withdrawGrant, administrator, { grant_id: grant.id });
    expect(await may(person, "read", "/kb/private/x.md")).toBe(false);
    await expect(call(grants.withdrawGrant, administrator, { grant_id: grant.id })).rejects.toMatchObject(notFound);
  });

  test("forbids where it is a denial, in its context only, and the last word counts", async () => {
    const person = await createPerson([["admin"]]);
    const path = `/kb/teams/${company.id}/x.md`;

    const denial = await give(administrator, person, { granted: false, ...at(company) });
    expect(await may(person, "read", path)).toBe(false);
    expect(await may(person, "read", "/kb/private/x.md")).toBe(true);
    const allowed = await give(administrator, person, at(company));
    expect(allowed).toMatchObject({ id: denial.id, granted: true });
    expect(await may(person, "read", path)).toBe(true);
  });

  test("on a resource counts on the resource", async () => {
    const person = await createPerson();
    await give(administrator, person, { context_type: "resource", context_id: "/kb/private/a/*" });

    expect(await may(person, "read", "/kb/private/a/x.md")).toBe(true);
    expect(await may(person, "read", "/kb/private/b/x.md")).toBe(false);
  });

  test("knows neither unknown people nor permissions nor places", async () => {
    const nobody = { ...member, userId: randomUUID() };

    await expect(give(administrator, nobody)).rejects.toMatchObject(notFound);
    await expect(give(administrator, member, { permission_id: randomUUID() })).rejects.toMatchObject(notFound);
    await expect(give(administrator, member, at({ id: randomUUID() }))).rejects.toMatchObject(notFound);
    await expect(give(administrator, member, { context_type: "team" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    await expect(give(administrator, member, { expires_at: now.toISOString() })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

describe("a delegate", () => {
  test("gives and forbids what they have, in their team and those below it", async () => {
    expect(await give(delegate, member, at(company))).toMatchObject({ granted: true, context_id: company.id });
    expect(await give(delegate, member, { ...at(studio), granted: false })).toMatchObject({ granted: false });
    expect(await may(member, "read", `/kb/teams/${studio.id}/x.md`)).toBe(false);
  });

  test("gives and forbids nothing elsewhere", async () => {
    for (const granted of [true, false]) {
      await expect(give(delegate, member, { ...globally, granted })).rejects.toMatchObject(forbidden);
      await expect(give(delegate, member, { ...at(other), granted })).rejects.toMatchObject(notFound);
      const resource = { context_type: "resource", context_id: "/kb/*", granted };
      await expect(give(delegate, member, resource)).rejects.toMatchObject(forbidden);
    }
  });

  test("gives and forbids nothing that they do not have", async () => {
    for (const granted of [true, false]) {
      const write = { permission_id: writeAll, ...at(company), granted };
      await expect(give(delegate, member, write)).rejects.toMatchObject(notHeld);
      await expect(give(delegate, delegate, write)).rejects.toMatchObject(notHeld);
    }
  });

  test("gives nothing to who is not of their team", async () => {
    await expect(give(delegate, await createPerson(), at(company))).rejects.toMatchObject(notFound);
  });

  test("opens documents of their team to their team", async () => {
    const resource = `/kb/teams/${company.id}/open/*`;
    const grant = await giveTo(delegate, "team", studio.id, { resource });

    expect(grant).toMatchObject({ principal_type: "team", principal_id: studio.id, resource, actions: ["read"] });
    expect(await may(member, "read", `/kb/teams/${company.id}/open/x.md`)).toBe(true);
    await call(grants.withdrawGrant, delegate, { grant_id: grant.id });
  });

  test("opens nothing else, and nothing to others", async () => {
    const resource = `/kb/teams/${company.id}/*`;
    for (const wanted of [
      "/kb/*",
      "*",
      `/kb/teams/${other.id}/*`,
      "/kb/shared/*",
      "asset-1",
      `/kb/users/${delegate.userId}/*`,
    ]) {
      await expect(giveTo(delegate, "team", company.id, { resource: wanted })).rejects.toMatchObject(forbidden);
    }
    await expect(giveTo(delegate, "team", company.id, { resource, actions: ["read", "write"] })).rejects.toMatchObject(
      notHeld,
    );
    await expect(giveTo(delegate, "team", other.id, { resource })).rejects.toMatchObject(notFound);
    await expect(giveTo(delegate, "role", await roleId("user"), { resource })).rejects.toMatchObject(forbidden);
  });

  test("sees and takes back what is theirs to administer, and nothing else", async () => {
    const person = await createPerson();
    const team = await createTeam(null, person);
    const ofTeam = await createDelegate(team);
    const inTeam = await give(administrator, person, at(team));
    const toTeam = await giveTo(administrator, "team", team.id);
    const elsewhere = [await give(administrator, person), await giveTo(administrator, "team", other.id)];
    const beyond = await give(administrator, person, { ...at(team), permission_id: writeAll });

    const { grants: seen } = await call(grants.listGrants, ofTeam, {});
    expect(seen.map(({ id }) => id).toSorted()).toEqual([inTeam.id, toTeam.id, beyond.id].toSorted());
    for (const { id } of elsewhere) {
      await expect(call(grants.withdrawGrant, ofTeam, { grant_id: id })).rejects.toMatchObject(notFound);
    }
    // Seen, but of documents that are not the team's, or more than they have.
    await expect(call(grants.withdrawGrant, ofTeam, { grant_id: toTeam.id })).rejects.toMatchObject(forbidden);
    await expect(call(grants.withdrawGrant, ofTeam, { grant_id: beyond.id })).rejects.toMatchObject(notHeld);
    await call(grants.withdrawGrant, ofTeam, { grant_id: inTeam.id });
  });

  test("forbids nothing to who administers more than they do", async () => {
    const team = await createTeam(null, administrator);
    const [below, above] = [await createDelegate(await createTeam(team.id)), await createDelegate(team)];
    for (const each of [below, above]) {
      await kysely.insertInto("team_members").values({ team_id: team.id, user_id: each.userId }).execute();
    }
    const managing = await permissionId("admin", "permissions");
    const forbid = (by: Someone, to: Someone, permission_id = readAll) =>
      give(by, to, { granted: false, permission_id, ...at(team) });

    for (const permission of [readAll, managing]) {
      await expect(forbid(above, administrator, permission)).rejects.toMatchObject({
        reason: "permission.target_above",
      });
    }
    const lower = await createDelegate(team);
    await kysely.insertInto("team_members").values({ team_id: team.id, user_id: lower.userId }).execute();
    expect(await forbid(above, lower)).toMatchObject({ granted: false });
    expect(await forbid(above, below)).toMatchObject({ granted: false });
  });
});

describe("an administrator of all but the system", () => {
  test("forbids nothing to who may do everything", async () => {
    const admin = await createPerson([["admin"]]);
    const permission_id = await permissionId("admin", "roles");

    const denial = give(admin, administrator, { granted: false, permission_id });
    await expect(denial).rejects.toMatchObject({ reason: "permission.target_above" });
  });
});

describe("somebody who was given what the other was not", () => {
  test("is above, by a role or a grant of any type, unless it is over or switched off", async () => {
    const managing = [await permissionId("admin", "permissions"), readAll];
    const manager = await createPerson([[(await createRole(...managing)).name]]);
    const over = { expires_at: new Date(now.getTime() - 1000) };
    const editing = await permissionId("kb", "admin", "/kb/*");
    const byRole = await createPerson([[(await createRole(editing)).name]]);
    const byGrant = await createPerson();
    await give(administrator, byGrant, { permission_id: editing });
    const equal = await createPerson([[(await createRole(readAll)).name]]);
    const former = await createPerson();
    await give(administrator, former, { permission_id: editing });
    await kysely.updateTable("user_permissions").set(over).where("user_id", "=", former.userId).execute();
    const forbid = (to: Someone) => give(manager, to, { granted: false, permission_id: readAll });

    for (const above of [byRole, byGrant]) {
      await expect(forbid(above)).rejects.toMatchObject({ reason: "permission.target_above" });
    }
    for (const notAbove of [equal, former]) expect(await forbid(notAbove)).toMatchObject({ granted: false });
  });
});

describe("somebody who administers by a grant instead of a role", () => {
  test("is above who does not, too", async () => {
    const manager = await createPerson([
      [(await createRole(await permissionId("admin", "permissions"), readAll)).name],
    ]);
    const auditor = await createPerson();
    const team = await createTeam(null, auditor);
    await giveTo(administrator, "team", team.id, { resource_type: "admin", resource: "*", actions: ["audit"] });

    await expect(give(manager, auditor, { granted: false })).rejects.toMatchObject({
      reason: "permission.target_above",
    });
    expect(await give(manager, member, { granted: false })).toMatchObject({ granted: false });
  });
});

describe("who was forbidden something", () => {
  test("does not take it back themselves, however much they may do", async () => {
    const person = await createPerson([["super_admin"]]);
    const denial = await give(administrator, person, { granted: false });

    await expect(call(grants.withdrawGrant, person, { grant_id: denial.id })).rejects.toMatchObject(notHeld);
    await expect(give(person, person)).rejects.toMatchObject(notHeld);
    const second = await createPerson();
    const everything = { role_id: await roleId("super_admin"), user_id: second.userId };
    await expect(call(roles.assignRole, person, everything)).rejects.toMatchObject(notHeld);
    await call(grants.withdrawGrant, administrator, { grant_id: denial.id });
  });
});

describe("the last administrator", () => {
  test("keeps the administration: no denial takes it", async () => {
    await kysely
      .deleteFrom("user_roles")
      .where("role_id", "=", await roleId("super_admin"))
      .where("user_id", "!=", administrator.userId)
      .execute();
    const permission_id = await permissionId("admin", "roles");

    const denial = give(administrator, administrator, { granted: false, permission_id });
    await expect(denial).rejects.toMatchObject({ code: "CONFLICT", reason: "role.last_administrator" });
    expect(await give(administrator, administrator, { granted: false })).toMatchObject({ granted: false });
    await kysely.deleteFrom("user_permissions").where("user_id", "=", administrator.userId).execute();
  });
});

describe("a grant on a resource", () => {
  test("reaches members of a team and those below, of a workspace, and holders of a role", async () => {
    const role = await createRole();
    const [inTeam, inWorkspace, holder, nobody] = [
      await createPerson(),
      await createPerson(),
      await createPerson([[role.name]]),
      await createPerson(),
    ];
    const team = await createTeam();
    await createTeam(team.id, inTeam);
    const workspace = await createWorkspace(await createPerson(), inWorkspace);
    const folder = `/kb/${randomUUID()}`;
    const resource = `${folder}/*`;

    await giveTo(administrator, "team", team.id, { resource });
    await giveTo(administrator, "workspace", workspace.id, { resource, actions: ["read", "write", "read"] });
    await giveTo(administrator, "role", role.id, { resource });

    for (const each of [inTeam, inWorkspace, holder]) expect(await may(each, "read", `${folder}/x.md`)).toBe(true);
    expect(await may(inWorkspace, "write", `${folder}/x.md`)).toBe(true);
    expect(await may(nobody, "read", `${folder}/x.md`)).toBe(false);
    const { grants: listed } = await call(grants.listGrants, administrator, {
      principal_type: "workspace",
      principal_id: workspace.id,
    });
    expect(listed).toMatchObject([{ actions: ["read", "write"], resource }]);
  });

  test("once more replaces the first", async () => {
    const resource = `/kb/${randomUUID()}`;
    const first = await giveTo(administrator, "team", company.id, { resource, actions: ["read", "write"] });
    const second = await giveTo(administrator, "team", company.id, { resource, expires_at: "2027-01-01T00:00:00Z" });

    expect(second).toMatchObject({ id: first.id, actions: ["read"], expires_at: "2027-01-01T00:00:00.000Z" });
  });

  test("knows neither unknown teams nor roles, and no odd patterns or actions", async () => {
    for (const type of ["team", "workspace", "role"] as const) {
      await expect(giveTo(administrator, type, randomUUID())).rejects.toMatchObject(notFound);
    }
    for (const odd of [
      { resource: "/kb/a*" },
      { resource: "" },
      { actions: [] },
      { actions: ["READ"] },
      { resource_type: "*" },
    ]) {
      await expect(giveTo(administrator, "team", company.id, odd)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
  });
});

describe("a key", () => {
  test("gives within its scopes only", async () => {
    const person = await createPerson();

    await expect(give(keyOf(administrator, ["kb:read"]), person)).rejects.toMatchObject(forbidden);
    await expect(give(keyOf(administrator, ["admin:permissions"]), person)).rejects.toMatchObject(notHeld);
    const key = keyOf(administrator, ["admin:permissions", "kb:read:/kb/shared/*"]);
    await expect(give(key, person)).rejects.toMatchObject(notHeld);
    const shared = await permissionId("kb", "read", "/kb/shared/*");
    expect(await give(key, person, { permission_id: shared })).toMatchObject({ granted: true });
    const error: unknown = await giveTo(key, "team", company.id).catch((cause: unknown) => cause);
    expect((error as GaiaError).reason).toBe("permission.not_held");
  });
});

describe("the list of grants", () => {
  test("has both kinds in pages, and what one asks for", async () => {
    const person = await createPerson();
    const made = [
      await give(administrator, person),
      await give(administrator, person, at(company)),
      await give(administrator, person, { ...at(other), granted: false }),
    ];
    const ofPerson = { principal_type: "user" as const, principal_id: person.userId };
    const first = await call(grants.listGrants, administrator, { ...ofPerson, limit: 2 });
    const rest = await call(grants.listGrants, administrator, { ...ofPerson, cursor: first.next_cursor ?? "" });

    expect([...first.grants, ...rest.grants].map(({ id }) => id)).toEqual(made.map(({ id }) => id).toSorted());
    const everything: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(grants.listGrants, administrator, { limit: 4, cursor });
      everything.push(...page.grants.map(({ id }) => id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(everything).size).toBe(everything.length);
    expect(everything).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
  });

  test("is for who administers permissions, and wants a kind beside an id", async () => {
    await expect(call(grants.listGrants, member, {})).rejects.toMatchObject(forbidden);
    const asked = call(grants.listGrants, administrator, { principal_id: member.userId });
    await expect(asked).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("has what others stored, whatever it means, and it can be taken back", async () => {
    const odd = { resource_type: "kb", permissions: ["read"], expires_at: new Date("2020-01-01") };
    const stored = await kysely
      .insertInto("resource_permissions")
      .values([
        { ...odd, resource_id: "/kb/../x", principal_type: "team", principal_id: "not-an-id" },
        { ...odd, resource_id: "/kb/x/", principal_type: "user", principal_id: member.userId.toUpperCase() },
        { ...odd, resource_id: "/kb/y", principal_type: "role", principal_id: "user" },
      ])
      .returning("id")
      .execute();
    const place = { context_type: "galaxy", context_id: "andromeda" };
    const { id } = await kysely
      .insertInto("user_permissions")
      .values({ user_id: member.userId, permission_id: writeAll, ...place })
      .returning("id")
      .executeTakeFirstOrThrow();
    const { grants: ofRole } = await call(grants.listGrants, administrator, {
      principal_type: "role",
      principal_id: await roleId("user"),
    });
    expect(ofRole).toMatchObject([{ id: stored[2]?.id, principal_id: "user" }]);

    for (const grant of [...stored, { id }]) await call(grants.withdrawGrant, administrator, { grant_id: grant.id });
  });
});
