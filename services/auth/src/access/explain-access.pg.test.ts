import { randomUUID } from "node:crypto";
import { access, grants } from "@gaia/contracts";
import { filterInSql } from "@gaia/db";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { now, openAdministrationWorld, type Someone } from "../testing/open-administration-world.ts";
import { emptyFacts } from "./access-facts.ts";
import { explainAccess } from "./explain-access.ts";
import { ada, resources, teamIds, user } from "./testing/small-world.ts";
import { storeFacts } from "./testing/store-facts.ts";

const world = await openAdministrationWorld();
const { call, createPerson, createRole, createTeam, createWorkspace, keyOf, kysely, permissionId, roleId } = world;

const administrator = await createPerson([["super_admin"]]);
const userAdministrator = await createPerson([["admin"]]);
const person = await createPerson();
const stranger = await createPerson();
const team = await createTeam(null, person);
const workspace = await createWorkspace(person);
const notFound = { code: "NOT_FOUND" };
const forbidden = { code: "FORBIDDEN" };
const userRole = await roleId("user");

const explain = (who: Parameters<typeof call>[1], resource: string, more: Record<string, unknown> = {}) =>
  call(access.explainAccess, who, { action: "read", resource, ...more });

async function storeKey(
  owner: Someone,
  scopes: readonly string[],
  more: { is_active?: boolean; expires_at?: Date } = {},
) {
  const { id } = await kysely
    .insertInto("api_keys")
    .values({ user_id: owner.userId, key_hash: randomUUID(), name: "k", permissions: JSON.stringify(scopes), ...more })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

describe("an explanation", () => {
  test("names the rule that decides, in words and as data, and what a list shows", async () => {
    expect(await explain(person, `kb:/kb/teams/${team.id}/plan.md`)).toEqual({
      principal: person.userId,
      action: "read",
      resource: {
        type: "kb",
        path: `/kb/teams/${team.id}/plan.md`,
        id: null,
        team_id: null,
        workspace_id: null,
        owner_id: null,
      },
      allowed: true,
      listed: true,
      rule: { kind: "team-role", team_id: team.id, team_role: "member" },
      because: "a team's member may do it",
    });
    expect(await explain(person, "kb:/kb/private/plan.md")).toMatchObject({
      allowed: false,
      listed: false,
      rule: null,
      because: "no rule allows it",
    });
  });

  test.each([
    ["chat", { type: "chat", path: null, id: null }],
    ["chat:", { type: "chat", path: null, id: null }],
    ["asset:a:b", { type: "asset", path: null, id: "a:b" }],
    ["api:/api/v1/x:y", { type: "api", path: "/api/v1/x:y", id: null }],
  ])("reads %j", async (text, expected) => {
    expect((await explain(person, text)).resource).toMatchObject(expected);
  });

  test.each(["", ":", ":x", "x".repeat(101), `kb:/${"x".repeat(600)}`, "kb:\0"])("does not read %j", async (text) => {
    await expect(explain(person, text)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test.each(["root", "key:", `key:key:${randomUUID()}`, `${randomUUID()}x`, "guest "])(
    "does not know the principal %j",
    async (principal) => {
      await expect(explain(administrator, "chat", { principal })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    },
  );

  test("of a tricky path says so", async () => {
    expect(await explain(administrator, "kb:/kb/../x")).toMatchObject({
      allowed: false,
      listed: false,
      rule: { kind: "tricky-path" },
    });
  });

  test("finds out itself what a team, workspace, share, account or key belongs to, whatever is claimed", async () => {
    const claim = { owner_id: stranger.userId, team_id: team.id };
    const { id: share } = await kysely
      .insertInto("shared_resources")
      .values({ resource_type: "kb", resource_id: "/kb/x", shared_by: person.userId, permissions: ["read"] })
      .returning("id")
      .executeTakeFirstOrThrow();
    const key = await storeKey(person, []);
    const nowhere = { team_id: null, workspace_id: null };

    expect(await explain(person, `team:${team.id}`)).toMatchObject({ allowed: true, resource: { team_id: team.id } });
    expect(await explain(person, `workspace:${workspace.id.toUpperCase()}`, { action: "delete" })).toMatchObject({
      allowed: true,
      rule: { kind: "owner", user_id: person.userId },
      resource: { id: workspace.id, workspace_id: workspace.id, owner_id: person.userId },
    });
    for (const resource of [`team:${randomUUID()}`, "team:not-an-id", `workspace:${randomUUID()}`]) {
      expect(await explain(person, resource, claim)).toMatchObject({
        allowed: false,
        resource: { ...nowhere, owner_id: null },
      });
    }
    for (const [type, id] of [
      ["share", share],
      ["account", person.userId],
      ["api-key", key],
    ]) {
      const explained = await explain(person, `${type}:${id}`, claim);
      expect(explained).toMatchObject({ allowed: true, resource: { ...nowhere, owner_id: person.userId } });
      const asked = { principal: stranger.userId };
      const explainedOfOther = await explain(administrator, `${type}:${id}`, asked);
      expect(explainedOfOther).toMatchObject({ allowed: false, resource: { owner_id: person.userId } });
    }
  });

  test("tells who may not see something no more than of what there is not", async () => {
    const { id: share } = await kysely
      .insertInto("shared_resources")
      .values({ resource_type: "kb", resource_id: "/kb/y", shared_by: person.userId, permissions: ["read"] })
      .returning("id")
      .executeTakeFirstOrThrow();
    const hidden: ReadonlyArray<readonly [string, string]> = [
      ["team", team.id],
      ["workspace", workspace.id],
      ["share", share],
      ["account", person.userId],
      ["api-key", await storeKey(person, [])],
    ];

    for (const [type, id] of hidden) {
      const nothing = randomUUID();
      const ofNothing = await explain(stranger, `${type}:${nothing}`);
      const ofHidden = await explain(stranger, `${type}:${id}`);
      expect(JSON.stringify(ofHidden).replaceAll(id, "")).toBe(JSON.stringify(ofNothing).replaceAll(nothing, ""));
    }
  });

  test("of what others keep believes what is said", async () => {
    const remove = (claim: object) => explain(person, "asset:asset-1", { action: "delete", ...claim });

    expect(await remove({ owner_id: person.userId.toUpperCase(), team_id: randomUUID() })).toMatchObject({
      allowed: true,
      listed: true,
      rule: { kind: "owner" },
      resource: { owner_id: person.userId },
    });
    expect(await remove({})).toMatchObject({ allowed: false });
  });
});

describe("about whom one may ask:", () => {
  test("about oneself, as one calls, as a person, and as one's keys", async () => {
    const key = await storeKey(person, ["chat:create"]);
    const asKey = keyOf(person, ["chat:create"]);

    expect(await explain(asKey, "asset", { action: "create" })).toMatchObject({ rule: { kind: "key-scopes" } });
    expect(await explain(asKey, "asset", { action: "create", principal: person.userId })).toMatchObject({
      allowed: true,
      rule: { kind: "role", role_id: userRole, role_name: "user" },
    });
    expect(await explain(person, "asset", { action: "create", principal: `key:${key}` })).toMatchObject({
      principal: `key:${key}`,
      allowed: false,
      rule: { kind: "key-scopes", api_key_id: key },
    });
  });

  test("about guests, which anybody can be", async () => {
    expect(await explain(person, "kb:/kb/public/x.md", { principal: "guest" })).toMatchObject({
      principal: "guest",
      allowed: true,
      rule: { kind: "public-namespace" },
    });
    expect((await explain(person, "kb:/kb/shared/x.md", { principal: "guest" })).allowed).toBe(false);
  });

  test("about others as their administrator only; else they do not exist", async () => {
    const key = await storeKey(person, []);
    for (const principal of [person.userId, `key:${key}`]) {
      expect((await explain(userAdministrator, "chat", { principal })).allowed).toBe(true);
      await expect(explain(stranger, "chat", { principal })).rejects.toMatchObject(notFound);
    }
    await expect(explain(userAdministrator, "chat", { principal: randomUUID() })).rejects.toMatchObject(notFound);
    const scoped = keyOf(userAdministrator, ["chat:create"]);
    await expect(explain(scoped, "chat", { principal: person.userId })).rejects.toMatchObject(notFound);
  });

  test("not about keys that work no more", async () => {
    for (const more of [{ is_active: false }, { expires_at: now }]) {
      const principal = `key:${await storeKey(person, [], more)}`;
      await expect(explain(person, "chat", { principal })).rejects.toMatchObject(notFound);
    }
  });

  test("as a delegate about one's people in one's team", async () => {
    const managing = await createRole(await permissionId("admin", "users"));
    const delegate = await createPerson([[managing.name, team]]);
    const ask = (resource: string, more: object = {}) =>
      explain(delegate, resource, { principal: person.userId, ...more });

    expect(await ask(`kb:/kb/teams/${team.id}/x.md`)).toMatchObject({ allowed: true });
    expect(await ask(`team:${team.id}`)).toMatchObject({ allowed: true });
    expect(await ask("asset", { team_id: team.id })).toMatchObject({ allowed: true });
    for (const [resource, more] of [
      ["chat", {}],
      ["kb:/kb/private/x.md", { team_id: team.id }],
      ["asset:asset-1", { team_id: team.id }],
      [`workspace:${workspace.id}`, { team_id: team.id }],
    ] as const) {
      await expect(ask(resource, more)).rejects.toMatchObject(forbidden);
    }
    await expect(explain(delegate, `team:${team.id}`, { principal: stranger.userId })).rejects.toMatchObject(notFound);
  });
});

describe("checking a permission", () => {
  const check = (who: Parameters<typeof call>[1], input: Record<string, unknown>) =>
    call(access.checkPermission, who, { resource_type: "kb", action: "read", ...input });

  test("answers for the caller in the contract's words", async () => {
    const own = await check(person, { resource_path: `/kb/users/${person.userId}/x.md`, action: "write" });
    expect(own).toEqual({
      allowed: true,
      rule: { kind: "own-namespace", user_id: person.userId },
      because: "it lies in one's own namespace",
    });
    for (const [resource_type, action, allowed, resource_path] of [
      ["kb", "read", true, "/kb/shared/x.md"],
      ["kb", "write", false, "/kb/shared/x.md"],
      ["api", "access", true, "/api/v1/chat/completions"],
      ["api", "access", false, "/api/v1/admin/users"],
      ["chat", "create", true, null],
      ["asset", "read", true, null],
      ["admin", "users", false, null],
    ] as const) {
      expect((await check(person, { resource_type, action, resource_path })).allowed).toBe(allowed);
      expect((await check(administrator, { resource_type, action, resource_path })).allowed).toBe(true);
    }
    expect((await check(keyOf(person, ["kb:write"]), { resource_path: "/kb/shared/x.md" })).rule).toMatchObject({
      kind: "key-scopes",
    });
  });

  test("answers about others to who administers them", async () => {
    const about = { user_id: person.userId, resource_path: `/kb/users/${person.userId}/x.md` };

    expect((await check(userAdministrator, about)).allowed).toBe(true);
    await expect(check(stranger, about)).rejects.toMatchObject(notFound);
    expect((await check(person, about)).allowed).toBe(true);
  });

  test("takes an id, and who it would belong to", async () => {
    const asset = { resource_type: "asset", resource_id: "asset-1", action: "delete" };

    expect((await check(person, asset)).allowed).toBe(false);
    expect((await check(person, { ...asset, owner_id: person.userId })).allowed).toBe(true);
    await expect(check(person, { ...asset, owner_id: "me" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("one's own permissions", () => {
  test("are told rule by rule, with what was forbidden", async () => {
    const someone = await createPerson();
    await kysely.insertInto("team_members").values({ team_id: team.id, user_id: someone.userId }).execute();
    const denied = { principal_type: "user" as const, principal_id: someone.userId, granted: false };
    await call(grants.createGrant, administrator, { ...denied, permission_id: await permissionId("chat", "create") });

    const { permissions, denials, scopes } = await call(access.listOwnPermissions, someone, {});

    const globally = { context_type: "global", context_id: "global" };
    expect(permissions).toContainEqual({
      resource_type: "kb",
      resource_path: `/kb/users/${someone.userId}/*`,
      action: "read",
      source: "role",
      because: "the role user allows it",
      ...globally,
    });
    expect(permissions).toContainEqual(
      expect.objectContaining({
        source: "own-namespace",
        resource_path: `/kb/users/${someone.userId}/*`,
        action: "share",
      }),
    );
    expect(permissions).toContainEqual(
      expect.objectContaining({ source: "team-role", action: "write", context_type: "team", context_id: team.id }),
    );
    expect(denials).toEqual([
      {
        resource_type: "chat",
        resource_path: null,
        action: "create",
        source: "user-denial",
        because: "it was forbidden to this account",
        ...globally,
      },
    ]);
    const isForbidden = ({ resource_type, action }: (typeof permissions)[number]) =>
      resource_type === "chat" && action === "create";
    expect(permissions.filter(isForbidden)).toEqual([]);
    expect(scopes).toBeNull();
    const { permissions: ofKb } = await call(access.listOwnPermissions, someone, { resource_type: "kb" });
    expect(ofKb).toEqual(permissions.filter(({ resource_type }) => resource_type === "kb"));
  });

  test("come in pages that miss and double none", async () => {
    const { permissions } = await call(access.listOwnPermissions, person, {});
    const pages: (typeof permissions)[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(access.listOwnPermissions, person, { limit: 10, ...(cursor ? { cursor } : {}) });
      pages.push(page.permissions);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);

    expect(pages.length).toBeGreaterThan(2);
    expect(pages.every((page) => page.length <= 10)).toBe(true);
    expect(pages.flat()).toEqual(permissions);
  });

  test("of a key are no more than its scopes", async () => {
    const { permissions, scopes } = await call(access.listOwnPermissions, keyOf(person, ["asset:create"]), {});

    expect(scopes).toEqual(["asset:create"]);
    expect(new Set(permissions.map(({ resource_type, action }) => `${resource_type}:${action}`))).toEqual(
      new Set(["asset:create"]),
    );
  });

  test("of who may do everything are said in one row", async () => {
    const { permissions } = await call(access.listOwnPermissions, administrator, {});

    expect(permissions.filter(({ resource_type }) => resource_type === "*")).toMatchObject([
      { action: "*", source: "role" },
    ]);
  });
});

describe("what services ask for their callers", () => {
  const resource = { type: "kb", path: `/kb/teams/${team.id}/x.md` };

  test("is decided for whoever calls", async () => {
    const check = (who: Parameters<typeof call>[1], action = "read") =>
      call(access.checkAccess, who, { action, resource });

    expect(await check(person)).toMatchObject({ allowed: true, rule: { kind: "team-role" } });
    expect((await check(stranger)).allowed).toBe(false);
    expect((await check({ kind: "guest", permissions: [] })).allowed).toBe(false);
    expect((await check(keyOf(person, ["chat:read"]))).allowed).toBe(false);
  });

  test("is told as data that filters a list of theirs by the same rules", async () => {
    const paths = [resource.path, "/kb/shared/x.md", "/kb/private/x.md", `/kb/users/${person.userId}/x.md`, "/kb/../x"];
    const list = async (who: Parameters<typeof call>[1]) => {
      const described = await call(access.describeAccess, who, { action: "read", type: "kb" });
      const statements = access.describeAccess.output.parse(JSON.parse(JSON.stringify(described)));
      const filter = filterInSql(statements, { path: sql.ref<string>("listed.path") });
      const { rows } = await sql<{ path: string }>`
        select path from unnest(${paths}::text[]) as listed (path) where ${filter}`.execute(kysely);
      return rows.map(({ path }) => path);
    };

    expect(await list(person)).toEqual([resource.path, "/kb/shared/x.md", `/kb/users/${person.userId}/x.md`]);
    expect(await list(stranger)).toEqual(["/kb/shared/x.md"]);
    expect(await list(administrator)).toEqual(paths.slice(0, -1));
    expect(await list(keyOf(person, ["kb:read:/kb/shared/*"]))).toEqual(["/kb/shared/x.md"]);
    expect(await list({ kind: "guest", permissions: [] })).toEqual([]);
  });
});

test("an explanation says the same of both interpreters for every resource", async () => {
  await storeFacts(kysely, {
    ...emptyFacts(user()),
    roles: [{ id: teamIds.painters, name: "super_admin", isActive: true, permissions: [] }],
    roleAssignments: [{ roleId: teamIds.painters, context: { type: "resource", id: "/kb/shared/*" }, expiresAt: null }],
  });
  const principal = { kind: "user", userId: ada, email: "ada@example.test", sessionId: null, permissions: [] } as const;

  for (const { type, path, id, teamId, workspaceId, ownerId } of resources) {
    const name = path === undefined ? `${type}:${id ?? ""}` : `${type}:${path}`;
    const claims = { team_id: teamId, workspace_id: workspaceId, owner_id: ownerId };
    const input = { action: "read", resource: name, ...claims };
    const { allowed, listed } = await explainAccess({ kysely, now: () => now }, { principal }, input);
    expect([name, listed]).toEqual([name, allowed]);
  }
});
