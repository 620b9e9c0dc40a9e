import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson, type Person, type StartWorld, type World } from "../support/start-gaia.ts";
import { type Answer, jsonOf } from "../topology/requests.ts";

/** Roles, permissions and grants as an operator manages them, and as those meet them who hold or lack them. */
export function describeRoles(name: string, startWorld: StartWorld): void {
  describe(`roles and permissions, ${name}`, () => {
    let world: World;
    let person: Person;

    beforeAll(async () => {
      world = await startWorld();
      person = await createPerson(world);
    });
    afterAll(() => world?.stop());

    const send = (method: string, path: string, body?: object, key = world.key) =>
      fetch(world.url + path, {
        method,
        headers: { "x-api-key": key, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });

    /** As the administrator, who gets what is asked for. */
    async function ask(method: string, path: string, body?: object): Promise<Answer> {
      const response = await send(method, path, body);
      expect([method, path, response.status]).toEqual([method, path, method === "POST" ? 201 : response.status]);
      expect(response.ok).toBe(true);
      return response.status === 204 ? {} : jsonOf(response);
    }

    async function refusal(response: Promise<Response>): Promise<unknown[]> {
      const { status, ...rest } = await response.then(async (each) => ({
        status: each.status,
        ...(await jsonOf(each)),
      }));
      return [status, (rest as Answer)["reason"]];
    }

    const check = async (input: object, key = person.key) =>
      jsonOf(await send("POST", "/api/v1/auth/check-permission", input, key));

    const findPermission = async (type: string, action: string): Promise<string> =>
      (await ask("GET", `/api/v1/permissions?resource_type=${type}&action=${action}&limit=1`))["permissions"][0].id;

    async function createTeam(): Promise<string> {
      const name = `team-${randomUUID()}`;
      const values = [name, name];
      const { rows } = await world.database.pool.query<{ id: string }>(
        "insert into teams (name, display_name) values ($1, $2) returning id",
        values,
      );
      return rows[0]?.id ?? "";
    }

    async function join(teamId: string, { userId }: Person): Promise<void> {
      const values = [teamId, userId];
      await world.database.pool.query("insert into team_members (team_id, user_id) values ($1, $2)", values);
    }

    test("a custom role is made, filled, given, checked, explained, taken and deleted", async () => {
      const role = await ask("POST", "/api/v1/roles", { name: `role-${randomUUID()}`, display_name: "Reviewers" });
      const folder = `/kb/${randomUUID()}`;
      const path = `${folder}/x.md`;
      const permission = await ask("POST", "/api/v1/permissions", {
        resource_type: "kb",
        resource_path: `${folder}/*`,
        action: "read",
      });
      await ask("PUT", `/api/v1/roles/${role["id"]}/permissions/${permission["id"]}`);
      const question = { resource_type: "kb", resource_path: path, action: "read" };
      expect(await check(question)).toEqual({ allowed: false, rule: null, because: "no rule allows it" });

      const assignments = `/api/v1/roles/${role["id"]}/assignments`;
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      await ask("POST", assignments, { email: person.email, expires_at });

      const rule = {
        kind: "role",
        role_id: role["id"],
        role_name: role["name"],
        permission_id: permission["id"],
        context: { type: "global", id: "global" },
      };
      expect(await check(question)).toEqual({ allowed: true, rule, because: `the role ${role["name"]} allows it` });
      const explained = await ask(
        "GET",
        `/api/v1/access/explain?principal=${person.userId}&action=read&resource=kb:${path}`,
      );
      expect(explained).toMatchObject({ principal: person.userId, allowed: true, listed: true, rule });
      const own = await jsonOf(await send("GET", "/api/v1/auth/roles", undefined, person.key));
      expect(own["roles"]).toContainEqual(expect.objectContaining({ name: role["name"], expires_at }));
      const mine = await jsonOf(await send("GET", "/api/v1/auth/permissions?resource_type=kb", undefined, person.key));
      expect(mine["permissions"]).toContainEqual(
        expect.objectContaining({ resource_path: `${folder}/*`, action: "read", source: "role" }),
      );
      expect((await ask("GET", assignments))["assignments"]).toMatchObject([{ user_id: person.userId, expires_at }]);

      await ask("DELETE", `${assignments}?user_id=${person.userId}`);
      expect((await check(question))["allowed"]).toBe(false);
      expect(await refusal(send("DELETE", `/api/v1/permissions/${permission["id"]}`))).toEqual([
        409,
        "permission.granted",
      ]);
      await ask("DELETE", `/api/v1/roles/${role["id"]}`);
      await ask("DELETE", `/api/v1/permissions/${permission["id"]}`);
      expect(await refusal(send("GET", `/api/v1/roles/${role["id"]}`))).toEqual([404, undefined]);
    });

    test("a denial beats a role, and a grant to a team reaches its members", async () => {
      const permission_id = await findPermission("chat", "create");
      const question = { resource_type: "chat", action: "create" };
      const denial = { principal_type: "user", principal_id: person.userId, permission_id, granted: false };
      expect((await check(question))["allowed"]).toBe(true);
      const { id } = await ask("POST", "/api/v1/permissions/grants", denial);
      expect(await check(question)).toMatchObject({ allowed: false, rule: { kind: "user-denial", permission_id } });
      const told = await jsonOf(await send("GET", "/api/v1/auth/permissions", undefined, person.key));
      expect(told["denials"]).toMatchObject([{ resource_type: "chat", action: "create", source: "user-denial" }]);
      await ask("DELETE", `/api/v1/permissions/grants/${id}`);
      expect((await check(question))["allowed"]).toBe(true);

      const teamId = await createTeam();
      await join(teamId, person);
      const folder = `/kb/${randomUUID()}`;
      const grant = { principal_type: "team", principal_id: teamId, resource_type: "kb", resource: `${folder}/*` };
      await ask("POST", "/api/v1/permissions/grants", { ...grant, actions: ["read"] });
      const listed = await ask("GET", `/api/v1/permissions/grants?principal_type=team&principal_id=${teamId}`);
      expect(listed["grants"]).toMatchObject([{ resource: `${folder}/*`, actions: ["read"] }]);
      const read = { resource_type: "kb", resource_path: `${folder}/x.md`, action: "read" };
      expect(await check(read)).toMatchObject({ allowed: true, rule: { kind: "resource-permission" } });
    });

    test("a delegate manages their team and does not climb out of it", async () => {
      const [delegate, member, stranger] = [
        await createPerson(world),
        await createPerson(world),
        await createPerson(world),
      ];
      const [team, other] = [await createTeam(), await createTeam()];
      await join(team, member);
      await join(other, member);
      const managing = await ask("POST", "/api/v1/roles", { name: `managing-${randomUUID()}` });
      for (const action of ["roles", "permissions"]) {
        await ask("PUT", `/api/v1/roles/${managing["id"]}/permissions/${await findPermission("admin", action)}`);
      }
      const given = { user_id: delegate.userId, context_type: "team", context_id: team };
      await ask("POST", `/api/v1/roles/${managing["id"]}/assignments`, given);
      const { roles } = await ask("GET", "/api/v1/roles?limit=100");
      const idOf = (name: string): string => roles.find((role: Answer) => role["name"] === name)["id"];
      const empty = await ask("POST", "/api/v1/roles", { name: `empty-${randomUUID()}` });
      const assign = (roleId: string, body: object) =>
        send("POST", `/api/v1/roles/${roleId}/assignments`, body, delegate.key);
      const inTeam = { context_type: "team", context_id: team };

      expect((await assign(empty["id"], { user_id: member.userId, ...inTeam })).status).toBe(201);
      const held = [403, "permission.not_held"];
      const denied = [403, "permission.denied"];
      expect(await refusal(assign(idOf("super_admin"), { user_id: delegate.userId, ...inTeam }))).toEqual(held);
      expect(await refusal(assign(idOf("super_admin"), { user_id: delegate.userId }))).toEqual(denied);
      expect(await refusal(assign(empty["id"], { user_id: member.userId }))).toEqual(denied);
      const elsewhere = { user_id: member.userId, context_type: "team", context_id: other };
      expect((await assign(empty["id"], elsewhere)).status).toBe(404);
      expect((await assign(empty["id"], { email: stranger.email, ...inTeam })).status).toBe(404);
      const grant = {
        principal_type: "team",
        principal_id: team,
        resource_type: "kb",
        resource: "/kb/*",
        actions: ["read"],
      };
      expect(await refusal(send("POST", "/api/v1/permissions/grants", grant, delegate.key))).toEqual(denied);
      const permission = await findPermission("admin", "system");
      const put = send("PUT", `/api/v1/roles/${idOf("viewer")}/permissions/${permission}`, undefined, delegate.key);
      expect(await refusal(put)).toEqual(denied);
    });

    test("what a role opens at the edge is open and closed again within two seconds", async () => {
      const someone = await createPerson(world);
      const status = async () => (await send("GET", "/auth/v1/admin/users", undefined, someone.key)).status;
      const { roles } = await ask("GET", "/api/v1/roles?limit=100");
      const admin = roles.find((role: Answer) => role["name"] === "admin")["id"];
      expect(await status()).toBe(403);

      await ask("POST", `/api/v1/roles/${admin}/assignments`, { user_id: someone.userId });
      await expect.poll(status, { timeout: 2_000 }).toBe(200);
      await ask("DELETE", `/api/v1/roles/${admin}/assignments?user_id=${someone.userId}`);
      await expect.poll(status, { timeout: 2_000 }).toBe(403);
    });

    test("the last administrator stays, whatever is tried", async () => {
      const { roles } = await ask("GET", "/api/v1/roles?limit=100");
      const everything = roles.find((role: Answer) => role["name"] === "super_admin")["id"];
      const { assignments } = await ask("GET", `/api/v1/roles/${everything}/assignments`);
      expect(assignments).toHaveLength(1);
      const last = { user_id: assignments[0]["user_id"] };
      const lastOne = [409, "role.last_administrator"];
      const path = `/api/v1/roles/${everything}/assignments`;

      expect(await refusal(send("DELETE", `${path}?user_id=${last.user_id}`))).toEqual(lastOne);
      const soon = new Date(Date.now() + 60_000).toISOString();
      expect(await refusal(send("POST", path, { ...last, expires_at: soon }))).toEqual(lastOne);
      expect(await refusal(send("PATCH", `/api/v1/roles/${everything}`, { is_active: false }))).toEqual(lastOne);
      expect(await refusal(send("DELETE", `/api/v1/roles/${everything}`))).toEqual([409, "role.system"]);
      const permission_id = await findPermission("admin", "roles");
      const denial = { principal_type: "user", principal_id: last.user_id, permission_id, granted: false };
      expect(await refusal(send("POST", "/api/v1/permissions/grants", denial))).toEqual(lastOne);
    });

    test.each([
      ["GET", "/api/v1/roles/x", undefined],
      ["GET", "/api/v1/roles?limit=0", undefined],
      ["GET", "/api/v1/roles?cursor=%00", undefined],
      ["POST", "/api/v1/roles", { name: "A" }],
      ["POST", `/api/v1/roles/${randomUUID()}/assignments`, { user_id: "me" }],
      ["POST", "/api/v1/permissions", { resource_type: "kb", action: "read", resource_path: "/kb/../x" }],
      ["POST", "/api/v1/permissions/grants", { principal_type: "user" }],
      ["DELETE", "/api/v1/permissions/grants/1", undefined],
      ["GET", "/api/v1/access/explain?action=read", undefined],
      ["GET", "/api/v1/access/explain?action=read&resource=kb&principal=root", undefined],
      ["POST", "/api/v1/auth/check-permission", { resource_type: "kb\0", action: "read" }],
    ])("%s %s with %j is told what is wrong", async (method, path, body) => {
      expect((await send(method, path, body)).status).toBe(422);
    });
  });
}
