import { randomUUID } from "node:crypto";
import { roles } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { now, openAdministrationWorld } from "../testing/open-administration-world.ts";

const world = await openAdministrationWorld();
const { call, createPerson, createRole, createTeam, createWorkspace, keyOf, kysely, permissionId, roleId } = world;

const administrator = await createPerson([["super_admin"]]);
const forbidden = { code: "FORBIDDEN" };
const notHeld = { code: "FORBIDDEN", reason: "permission.not_held" };
const notFound = { code: "NOT_FOUND" };

/** Somebody who administers roles in a place and may read its documents there, and nothing else. */
async function createDelegate(place: { context_type: string; context_id: string }) {
  const managing = await createRole(await permissionId("admin", "roles"), await permissionId("kb", "read", "/kb/*"));
  return createPerson([[managing.name, place]]);
}

const reader = await createRole(await permissionId("kb", "read", "/kb/*"));
const writer = await createRole(await permissionId("kb", "write", "/kb/*"));

describe("the list of roles", () => {
  test("has system and custom roles, by name and in pages", async () => {
    const first = await call(roles.listRoles, administrator, { limit: 3 });
    const rest = await call(roles.listRoles, administrator, { cursor: first.next_cursor ?? "" });
    const all = [...first.roles, ...rest.roles];

    expect(first.roles).toHaveLength(3);
    expect(rest.next_cursor).toBeNull();
    expect(all.map(({ name }) => name)).toEqual(all.map(({ name }) => name).toSorted());
    expect(all.find(({ name }) => name === "super_admin")).toMatchObject({
      role_type: "system",
      is_active: true,
      permission_count: expect.any(Number),
    });
    expect(all.find(({ name }) => name === reader.name)).toMatchObject({ role_type: "custom", permission_count: 1 });
    const system = await call(roles.listRoles, administrator, { role_type: "system", limit: 100 });
    expect(system.roles.every((role) => role.role_type === "system")).toBe(true);
  });

  test("counts for a delegate only whom they administer", async () => {
    const team = await createTeam();
    const role = await createRole();
    const delegate = await createDelegate(team);
    await createPerson([[role.name]]);
    await createPerson([[role.name, team]]);
    const countFor = async (who: typeof delegate) =>
      (await call(roles.getRole, who, { role_id: role.id })).assignment_count;

    expect(await countFor(administrator)).toBe(2);
    expect(await countFor(delegate)).toBe(1);
  });

  test("is nothing for who administers nothing", async () => {
    const plain = await createPerson();

    await expect(call(roles.listRoles, plain, {})).rejects.toMatchObject(forbidden);
    await expect(call(roles.getRole, plain, { role_id: reader.id })).rejects.toMatchObject(forbidden);
    await expect(call(roles.listAssignments, plain, { role_id: reader.id })).rejects.toMatchObject(forbidden);
    await expect(call(roles.listRoles, { kind: "guest", permissions: [] }, {})).rejects.toMatchObject(forbidden);
  });

  test.each(["", Buffer.from("a\0b").toString("base64url"), Buffer.from("a".repeat(101)).toString("base64url")])(
    "refuses the cursor %j",
    async (cursor) => {
      await expect(call(roles.listRoles, administrator, { cursor })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    },
  );
});

describe("a custom role", () => {
  test("is made without permissions, described differently, and deleted", async () => {
    const name = `writers-${randomUUID().slice(0, 8)}`;
    const made = await call(roles.createRole, administrator, { name, description: "Who writes" });
    expect(made).toMatchObject({ name, display_name: name, role_type: "custom", is_active: true, permissions: [] });

    const changed = await call(roles.changeRole, administrator, { role_id: made.id, display_name: "Writers" });
    expect(changed).toMatchObject({ name, display_name: "Writers", description: "Who writes" });
    const off = await call(roles.changeRole, administrator, { role_id: made.id, is_active: false, description: null });
    expect(off).toMatchObject({ is_active: false, description: null });

    await call(roles.deleteRole, administrator, { role_id: made.id });
    await expect(call(roles.getRole, administrator, { role_id: made.id })).rejects.toMatchObject(notFound);
  });

  test("has a name of its own, that no grant and no system role has", async () => {
    const name = `n-${randomUUID().slice(0, 8)}`;
    const dangling = `d-${randomUUID().slice(0, 8)}`;
    const grant = { resource_type: "kb", resource_id: "*", principal_type: "role", permissions: ["read"] };
    await kysely
      .insertInto("resource_permissions")
      .values({ ...grant, principal_id: dangling })
      .execute();
    await call(roles.createRole, administrator, { name });

    for (const taken of [name, dangling, "super_admin", "guest"]) {
      await expect(call(roles.createRole, administrator, { name: taken })).rejects.toMatchObject({
        code: "CONFLICT",
        reason: "role.name_taken",
      });
    }
    for (const bad of [
      "",
      "Big",
      "with space",
      "9lives",
      "a\0",
      "a".repeat(101),
      `a${"b".repeat(7)}-0000-4000-8000-000000000001`,
    ]) {
      await expect(call(roles.createRole, administrator, { name: bad })).rejects.toMatchObject({
        code: "INVALID_INPUT",
      });
    }
  });

  test("is made once, also by two at once", async () => {
    const name = `once-${randomUUID().slice(0, 8)}`;
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => call(roles.createRole, administrator, { name })));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("takes with it what was granted to it by id or by name", async () => {
    const role = await createRole();
    const sharer = await createPerson();
    for (const principal_id of [role.id, role.name]) {
      const grant = { resource_type: "kb", resource_id: "/kb/x", principal_type: "role", permissions: ["read"] };
      await kysely
        .insertInto("resource_permissions")
        .values({ ...grant, principal_id })
        .execute();
      const metadata = JSON.stringify({ shared_with_type: "role", shared_with_id: principal_id });
      await kysely
        .insertInto("shared_resources")
        .values({
          resource_type: "kb",
          resource_id: "/kb/x",
          shared_by: sharer.userId,
          permissions: ["read"],
          metadata,
        })
        .execute();
    }

    await call(roles.deleteRole, administrator, { role_id: role.id });

    const left = await kysely
      .selectFrom("resource_permissions")
      .select("id")
      .where("principal_id", "in", [role.id, role.name])
      .execute();
    expect(left).toEqual([]);
    const shares = await kysely
      .selectFrom("shared_resources")
      .select("is_active")
      .where("shared_by", "=", sharer.userId)
      .execute();
    expect(shares).toEqual([{ is_active: false }, { is_active: false }]);
    // Its name is free again, and means nothing any more.
    expect(await call(roles.createRole, administrator, { name: role.name })).toMatchObject({ name: role.name });
  });

  test("is not what a system role is", async () => {
    await expect(call(roles.deleteRole, administrator, { role_id: await roleId("viewer") })).rejects.toMatchObject({
      code: "CONFLICT",
      reason: "role.system",
    });
  });
});

describe("the permissions of a role", () => {
  test("are added once and removed once", async () => {
    const role = await createRole();
    const permission_id = await permissionId("chat", "create");
    const named = { role_id: role.id, permission_id };

    const added = await call(roles.addRolePermission, administrator, named);
    expect(added.permissions).toMatchObject([{ id: permission_id, resource_type: "chat", action: "create" }]);
    expect((await call(roles.addRolePermission, administrator, named)).permission_count).toBe(1);
    await call(roles.removeRolePermission, administrator, named);
    await expect(call(roles.removeRolePermission, administrator, named)).rejects.toMatchObject(notFound);
    expect((await call(roles.getRole, administrator, { role_id: role.id })).permissions).toEqual([]);
  });

  test("of a role that one holds cannot be made more than one has", async () => {
    const held = await createRole(await permissionId("admin", "roles"));
    const holder = await createPerson([[held.name]]);
    const add = async (permission_id: string) =>
      call(roles.addRolePermission, holder, { role_id: held.id, permission_id });

    for (const [type, action, path] of [
      ["kb", "write", "/kb/*"],
      ["admin", "system"],
      ["admin", "permissions"],
    ] as const) {
      await expect(add(await permissionId(type, action, path))).rejects.toMatchObject(notHeld);
    }
    // What they have as everybody has it may go in.
    expect((await add(await permissionId("chat", "create"))).permission_count).toBe(2);
  });

  test("of system roles are for global administrators", async () => {
    const team = await createTeam();
    const delegate = await createDelegate(team);
    const named = { role_id: await roleId("viewer"), permission_id: await permissionId("kb", "read", "/kb/*") };

    await expect(call(roles.addRolePermission, delegate, named)).rejects.toMatchObject(forbidden);
    await expect(call(roles.removeRolePermission, delegate, named)).rejects.toMatchObject(forbidden);
    await call(roles.addRolePermission, administrator, named);
    await call(roles.removeRolePermission, administrator, named);
  });

  test("cannot be widened by switching a retired role on", async () => {
    const manager = await createPerson([[(await createRole(await permissionId("admin", "roles"))).name]]);
    await kysely.updateTable("roles").set({ is_active: false }).where("id", "=", writer.id).execute();

    const change = { role_id: writer.id, is_active: true };
    await expect(call(roles.changeRole, manager, change)).rejects.toMatchObject(notHeld);
    expect(await call(roles.changeRole, administrator, change)).toMatchObject({ is_active: true });
  });
});

describe("assigning", () => {
  test("names the person by id or address, whatever its capitals, and the end", async () => {
    const person = await createPerson();
    const expires_at = "2026-12-24T12:00:00.000Z";
    const assigned = await call(roles.assignRole, administrator, {
      role_id: reader.id,
      email: person.email.toUpperCase(),
      expires_at,
    });

    expect(assigned).toEqual({
      role_id: reader.id,
      user_id: person.userId,
      email: person.email,
      context_type: "global",
      context_id: "global",
      assigned_at: now.toISOString(),
      assigned_by: administrator.userId,
      expires_at,
    });
    const again = await call(roles.assignRole, administrator, { role_id: reader.id, user_id: person.userId });
    expect(again.expires_at).toBeNull();
    const { assignments } = await call(roles.listAssignments, administrator, { role_id: reader.id, limit: 100 });
    expect(assignments.filter(({ user_id }) => user_id === person.userId)).toEqual([again]);
    await call(roles.unassignRole, administrator, { role_id: reader.id, email: person.email });
    const gone = call(roles.unassignRole, administrator, { role_id: reader.id, user_id: person.userId });
    await expect(gone).rejects.toMatchObject(notFound);
  });

  test.each<[string, Record<string, unknown>]>([
    ["nobody", {}],
    ["two people", { user_id: randomUUID(), email: "a@example.test" }],
    ["a team without an id", { email: "a@example.test", context_type: "team" }],
    ["a team by its name", { email: "a@example.test", context_type: "team", context_id: "studio" }],
    ["a resource without a path", { email: "a@example.test", context_type: "resource" }],
    ["a tricky path", { email: "a@example.test", context_type: "resource", context_id: "/kb/../x" }],
    ["an id for everywhere", { email: "a@example.test", context_id: randomUUID() }],
    ["an end that is over", { email: "a@example.test", expires_at: now.toISOString() }],
    ["an end that is no time", { email: "a@example.test", expires_at: "tomorrow" }],
    ["NUL", { email: "a\0@example.test" }],
  ])("refuses %s", async (_what, input) => {
    const asked = call(roles.assignRole, administrator, { role_id: reader.id, ...input });
    await expect(asked).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("knows neither unknown people nor unknown roles nor unknown places", async () => {
    const person = await createPerson();
    const named = { role_id: reader.id, user_id: person.userId };

    for (const input of [
      { ...named, role_id: randomUUID() },
      { ...named, user_id: randomUUID() },
      { ...named, context_type: "team" as const, context_id: randomUUID() },
      { ...named, context_type: "workspace" as const, context_id: randomUUID() },
    ]) {
      await expect(call(roles.assignRole, administrator, input)).rejects.toMatchObject(notFound);
    }
  });

  test("lists in pages what is assigned", async () => {
    const role = await createRole();
    const team = await createTeam();
    for (let number = 0; number < 5; number += 1) await createPerson([[role.name], [role.name, team]]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(roles.listAssignments, administrator, { role_id: role.id, limit: 3, cursor });
      seen.push(...page.assignments.map(({ user_id, context_type }) => `${user_id} ${context_type}`));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);

    expect(new Set(seen).size).toBe(10);
    expect(seen).toHaveLength(10);
  });
});

const member = await createPerson();
const company = await createTeam(null, member);
const studio = await createTeam(company.id, member);
const other = await createTeam(null, member);
const delegate = await createDelegate(company);

describe("a delegate", () => {
  const assign = (role: { readonly id: string }, place: object, to = member) =>
    call(roles.assignRole, delegate, { role_id: role.id, user_id: to.userId, ...place });
  const at = ({ context_id }: typeof company) => ({ context_type: "team" as const, context_id });

  test("gives what they have, in their team and those below it", async () => {
    await assign(reader, at(company));
    await assign(reader, at(studio));

    const { assignments } = await call(roles.listAssignments, delegate, { role_id: reader.id });
    expect(assignments.map(({ context_id }) => context_id).toSorted()).toEqual([company.id, studio.id].toSorted());
  });

  test("gives on a folder of their team, and a kind of thing that has no folders not at all", async () => {
    const onFolder = { context_type: "resource" as const, context_id: `/kb/teams/${studio.id}/plans/*` };
    expect(await assign(reader, onFolder)).toMatchObject(onFolder);

    const assets = await createRole(await permissionId("asset", "delete"));
    const wider = await createDelegate(company);
    await call(roles.assignRole, administrator, { role_id: assets.id, user_id: wider.userId, ...at(company) });
    const give = (place: object) =>
      call(roles.assignRole, wider, { role_id: assets.id, user_id: member.userId, ...place });
    expect(await give(at(studio))).toMatchObject({ context_id: studio.id });
    await expect(give(onFolder)).rejects.toMatchObject(notHeld);
    const beside = { context_type: "resource" as const, context_id: `/kb/teams/${other.id}/plans/*` };
    await expect(assign(reader, beside)).rejects.toMatchObject(forbidden);
  });

  test("gives nothing elsewhere", async () => {
    await expect(assign(reader, {})).rejects.toMatchObject(forbidden);
    await expect(assign(reader, at(other))).rejects.toMatchObject(notFound);
    const resource = { context_type: "resource" as const, context_id: "/kb/*" };
    await expect(assign(reader, resource)).rejects.toMatchObject(forbidden);
    const workspace = await createWorkspace(member, delegate);
    await expect(assign(reader, { context_type: "workspace", context_id: workspace.id })).rejects.toMatchObject(
      forbidden,
    );
  });

  test("gives nothing that they do not have, to themselves as little as to others", async () => {
    const everything = { id: await roleId("super_admin") };
    for (const role of [everything, { id: await roleId("admin") }, writer]) {
      await expect(assign(role, at(company))).rejects.toMatchObject(notHeld);
      await expect(assign(role, at(company), delegate)).rejects.toMatchObject(notHeld);
      await expect(assign(role, {}, delegate)).rejects.toMatchObject(forbidden);
    }
  });

  test("gives nothing to who is not of their team, and does not learn who has an account", async () => {
    const stranger = await createPerson();

    await expect(assign(reader, at(company), stranger)).rejects.toMatchObject(notFound);
    const byAddress = (email: string) =>
      call(roles.assignRole, delegate, { role_id: reader.id, email, ...at(company) }).catch(({ code, message }) => ({
        code,
        message,
      }));
    expect(await byAddress(stranger.email)).toEqual(await byAddress("nobody@example.test"));
  });

  test("takes back in their team, from whoever has it, what they could give", async () => {
    const stranger = await createPerson([[reader.name, company], [writer.name, company], [reader.name]]);
    const take = (role: { readonly id: string }, place: object) =>
      call(roles.unassignRole, delegate, { role_id: role.id, user_id: stranger.userId, ...place });

    await take(reader, at(company));
    await expect(take(writer, at(company))).rejects.toMatchObject(notHeld);
    await expect(take(reader, {})).rejects.toMatchObject(forbidden);
  });

  test("makes, changes and deletes no role", async () => {
    const refused = [
      () => call(roles.createRole, delegate, { name: `x-${randomUUID().slice(0, 8)}` }),
      () => call(roles.changeRole, delegate, { role_id: reader.id, display_name: "x" }),
      () => call(roles.deleteRole, delegate, { role_id: reader.id }),
    ];
    for (const each of refused) await expect(each()).rejects.toMatchObject(forbidden);
  });

  test("of a workspace gives in the workspace", async () => {
    const workspace = await createWorkspace(await createPerson(), member);
    const place = { context_type: "workspace" as const, context_id: workspace.id };
    const ofWorkspace = await createDelegate(place);
    const give = (where: object) =>
      call(roles.assignRole, ofWorkspace, { role_id: reader.id, user_id: member.userId, ...where });

    expect(await give(place)).toMatchObject(place);
    await expect(give(at(company))).rejects.toMatchObject(notFound);
  });

  test("gives by a role also what was granted to the role", async () => {
    const role = await createRole();
    const grant = { resource_type: "kb", principal_type: "role", permissions: ["read", "write"] };
    await kysely
      .insertInto("resource_permissions")
      .values({ ...grant, resource_id: "/kb/private/*", principal_id: role.name })
      .execute();

    await expect(assign(role, at(company))).rejects.toMatchObject(notHeld);
    await kysely
      .updateTable("resource_permissions")
      .set({ expires_at: now })
      .where("principal_id", "=", role.name)
      .execute();
    await assign(role, at(company));
  });
});

describe("a key", () => {
  test("assigns within its scopes only", async () => {
    const person = await createPerson();
    const give = (scopes: string[], role: { readonly id: string }) =>
      call(roles.assignRole, keyOf(administrator, scopes), { role_id: role.id, user_id: person.userId });

    await expect(give(["kb:read"], reader)).rejects.toMatchObject(forbidden);
    await expect(give(["admin:roles"], reader)).rejects.toMatchObject(notHeld);
    await expect(give(["admin:roles", "kb:read"], { id: await roleId("super_admin") })).rejects.toMatchObject(notHeld);
    expect(await give(["admin:roles", "kb:read"], reader)).toMatchObject({ user_id: person.userId });
    expect(await give(["*"], writer)).toMatchObject({ user_id: person.userId });
  });
});

describe("an administrator of all but the system", () => {
  test("does not make themselves administrator of everything", async () => {
    const admin = await createPerson([["admin"]]);
    const everything = await roleId("super_admin");

    await expect(call(roles.assignRole, admin, { role_id: everything, user_id: admin.userId })).rejects.toMatchObject(
      notHeld,
    );
    const person = await createPerson([["super_admin"]]);
    const taken = call(roles.unassignRole, admin, { role_id: everything, user_id: person.userId });
    await expect(taken).rejects.toMatchObject(notHeld);
    const named = { role_id: await roleId("admin"), permission_id: await permissionId("admin", "system") };
    await expect(call(roles.addRolePermission, admin, named)).rejects.toMatchObject(notHeld);
  });
});

const everything = await roleId("super_admin");

describe("the last administrator", () => {
  const lastOne = { code: "CONFLICT", reason: "role.last_administrator" };

  /** A world with these administrators alone. */
  async function leaveOnly(count: number) {
    await kysely
      .deleteFrom("user_roles")
      .where("role_id", "=", await roleId("super_admin"))
      .execute();
    return Promise.all(Array.from({ length: count }, () => createPerson([["super_admin"]])));
  }
  const unassign = (by: typeof administrator, from: typeof administrator) =>
    call(roles.unassignRole, by, { role_id: everything, user_id: from.userId });

  test("cannot be unassigned, not even when two take it from each other at once", async () => {
    const [ada, ben] = await leaveOnly(2);
    if (ada === undefined || ben === undefined) throw new Error("nobody");

    const outcomes = await Promise.allSettled([unassign(ada, ben), unassign(ben, ada)]);

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const left = await kysely.selectFrom("user_roles").select("user_id").where("role_id", "=", everything).execute();
    expect(left).toHaveLength(1);
    const last = [ada, ben].find(({ userId }) => userId === left[0]?.user_id) ?? ada;
    await expect(unassign(last, last)).rejects.toMatchObject(lastOne);
  });

  test("is not one whose role ends, who is switched off, or who has it in one place only", async () => {
    const [ada] = await leaveOnly(1);
    if (ada === undefined) throw new Error("nobody");
    const ending = await createPerson([["super_admin"]]);
    await kysely
      .updateTable("user_roles")
      .set({ expires_at: new Date("2027-01-01") })
      .where("user_id", "=", ending.userId)
      .where("role_id", "=", everything)
      .execute();
    const inactive = await createPerson([["super_admin"]]);
    await kysely.updateTable("users").set({ is_active: false }).where("id", "=", inactive.userId).execute();
    await createPerson([["super_admin", await createTeam()]]);
    const banned = await createPerson([["super_admin"]]);
    await kysely
      .insertInto("auth.users")
      .values({ id: banned.userId, email: banned.email, banned_until: new Date("2027-01-01") })
      .execute();

    await expect(unassign(ada, ada)).rejects.toMatchObject(lastOne);
    await unassign(ada, ending);
    const ben = await createPerson([["super_admin"]]);
    await unassign(ada, ada);
    await expect(unassign(ben, ben)).rejects.toMatchObject(lastOne);
  });

  test("cannot be given an end", async () => {
    const [ada] = await leaveOnly(1);
    if (ada === undefined) throw new Error("nobody");
    const shorten = () =>
      call(roles.assignRole, ada, { role_id: everything, user_id: ada.userId, expires_at: "2027-01-01T00:00:00Z" });

    await expect(shorten()).rejects.toMatchObject(lastOne);
    await createPerson([["super_admin"]]);
    expect(await shorten()).toMatchObject({ expires_at: "2027-01-01T00:00:00.000Z" });
  });

  test("keeps the role itself", async () => {
    const [ada] = await leaveOnly(1);
    if (ada === undefined) throw new Error("nobody");

    await expect(call(roles.changeRole, ada, { role_id: everything, is_active: false })).rejects.toMatchObject(lastOne);
  });
});

test("one's own roles have their context and end, and not those that are over", async () => {
  const team = await createTeam();
  const person = await createPerson([[reader.name, team], [writer.name]]);
  await kysely
    .updateTable("user_roles")
    .set({ expires_at: now })
    .where("user_id", "=", person.userId)
    .where("role_id", "=", writer.id)
    .execute();
  const facts = {
    is_active: true,
    expires_at: null,
    assigned_at: expect.any(String),
    display_name: expect.any(String),
  };

  const own = await call(roles.listOwnRoles, person, {});

  expect(own).toEqual({
    roles: [
      { ...facts, role_id: reader.id, name: reader.name, context_type: "team", context_id: team.id },
      { ...facts, role_id: await roleId("user"), name: "user", context_type: "global", context_id: "global" },
    ].toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    next_cursor: null,
  });
  expect(await call(roles.listOwnRoles, { kind: "service", name: "kb" }, {})).toEqual({ roles: [], next_cursor: null });
});
