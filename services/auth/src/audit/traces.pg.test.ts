import { randomUUID } from "node:crypto";
import { allContracts, auth, grants, roles } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { openAdministrationWorld } from "../testing/open-administration-world.ts";

const world = await openAdministrationWorld();
const { call, createPerson, createRole, createTeam, createWorkspace, kysely, permissionId, roleId, tracesOf } = world;

const administrator = await createPerson([["super_admin"]]);

interface Change {
  readonly name: string;
  /** Makes what is changed, then changes it under the request's id; answers who is concerned. */
  readonly change: (requestId: string) => Promise<readonly string[] | null>;
  readonly entry: Record<string, unknown>;
  readonly before?: unknown;
  readonly after?: unknown;
}

const readAll = await permissionId("kb", "read", "/kb/*");
const everywhere = { context_type: "global", context_id: "global", expires_at: null };
const what = { resource_type: "kb", resource_path: "/kb/*", action: "read" };

async function createHeldRole() {
  const role = await createRole(readAll);
  const holders = [await createPerson([[role.name]]), await createPerson([[role.name, await createTeam()]])];
  return { role, userIds: holders.map(({ userId }) => userId) };
}

const changes: readonly Change[] = [
  {
    name: roles.createRole.name,
    change: async (requestId) => {
      await call(roles.createRole, administrator, { name: `t-${requestId.slice(0, 8)}` }, requestId);
      return [];
    },
    entry: { event_type: "role.created", target_type: "role" },
    after: { name: expect.any(String), display_name: expect.any(String), description: null },
  },
  {
    name: roles.changeRole.name,
    change: async (requestId) => {
      const { role } = await createHeldRole();
      await call(roles.changeRole, administrator, { role_id: role.id, description: "New" }, requestId);
      return [];
    },
    entry: { event_type: "role.changed", target_type: "role" },
    before: { description: null },
    after: { description: "New" },
  },
  {
    name: roles.changeRole.name,
    change: async (requestId) => {
      const { role, userIds } = await createHeldRole();
      await call(roles.changeRole, administrator, { role_id: role.id, is_active: false }, requestId);
      return userIds;
    },
    entry: { event_type: "role.changed", target_type: "role" },
    before: { is_active: true },
    after: { is_active: false },
  },
  {
    name: roles.changeRole.name,
    change: async (requestId) => {
      await call(roles.changeRole, administrator, { role_id: await roleId("guest"), is_active: false }, requestId);
      return null;
    },
    entry: { event_type: "role.changed", target_type: "role" },
    before: { is_active: true },
    after: { is_active: false },
  },
  {
    name: roles.deleteRole.name,
    change: async (requestId) => {
      const { role, userIds } = await createHeldRole();
      await call(roles.deleteRole, administrator, { role_id: role.id }, requestId);
      return userIds;
    },
    entry: { event_type: "role.deleted", target_type: "role" },
    before: { name: expect.any(String), display_name: expect.any(String), description: null, is_active: true },
  },
  {
    name: roles.addRolePermission.name,
    change: async (requestId) => {
      const { role, userIds } = await createHeldRole();
      const permission_id = await permissionId("kb", "write", "/kb/*");
      await call(roles.addRolePermission, administrator, { role_id: role.id, permission_id }, requestId);
      return userIds;
    },
    entry: { event_type: "role.permission_added", target_type: "role" },
    after: { role: expect.any(String), permission_id: expect.any(String), ...what, action: "write" },
  },
  {
    name: roles.removeRolePermission.name,
    change: async (requestId) => {
      const { role, userIds } = await createHeldRole();
      await call(roles.removeRolePermission, administrator, { role_id: role.id, permission_id: readAll }, requestId);
      return userIds;
    },
    entry: { event_type: "role.permission_removed", target_type: "role" },
    before: { role: expect.any(String), permission_id: readAll, ...what },
  },
  {
    name: roles.assignRole.name,
    change: async (requestId) => {
      const { userId } = await createPerson();
      await call(roles.assignRole, administrator, { role_id: await roleId("viewer"), user_id: userId }, requestId);
      return [userId];
    },
    entry: { event_type: "role.assigned", target_type: "role", target_user_id: expect.any(String) },
    after: { role: "viewer", ...everywhere },
  },
  {
    name: roles.assignRole.name,
    change: async (requestId) => {
      const { userId } = await createPerson([["viewer"]]);
      const named = { role_id: await roleId("viewer"), user_id: userId, expires_at: "2027-01-01T00:00:00.000Z" };
      await call(roles.assignRole, administrator, named, requestId);
      return [userId];
    },
    entry: { event_type: "role.assigned", target_type: "role", target_user_id: expect.any(String) },
    before: { role: "viewer", ...everywhere },
    after: { role: "viewer", ...everywhere, expires_at: "2027-01-01T00:00:00.000Z" },
  },
  {
    name: roles.unassignRole.name,
    change: async (requestId) => {
      const team = await createTeam();
      const { userId } = await createPerson([["viewer", team]]);
      const named = {
        role_id: await roleId("viewer"),
        user_id: userId,
        context_type: "team" as const,
        context_id: team.id,
      };
      await call(roles.unassignRole, administrator, named, requestId);
      return [userId];
    },
    entry: { event_type: "role.unassigned", target_type: "role", team_id: expect.any(String) },
    before: { role: "viewer", context_type: "team", context_id: expect.any(String), expires_at: null },
  },
  {
    name: roles.createPermission.name,
    change: async (requestId) => {
      const input = { resource_type: "kb", resource_path: `/kb/${requestId}`, action: "read" };
      await call(roles.createPermission, administrator, input, requestId);
      return [];
    },
    entry: { event_type: "permission.created", target_type: "permission" },
    after: { ...what, resource_path: expect.any(String), description: null },
  },
  {
    name: roles.deletePermission.name,
    change: async (requestId) => {
      const input = { resource_type: "kb", resource_path: `/kb/${requestId}`, action: "read" };
      const { id } = await call(roles.createPermission, administrator, input);
      const role = await createRole(id);
      const [holder, other] = [await createPerson([[role.name]]), await createPerson()];
      const place = { context_type: "global", context_id: "global" };
      await kysely
        .insertInto("user_permissions")
        .values({ user_id: other.userId, permission_id: id, ...place })
        .execute();
      await call(roles.deletePermission, administrator, { permission_id: id, force: "true" }, requestId);
      return [holder.userId, other.userId];
    },
    entry: { event_type: "permission.deleted", target_type: "permission" },
    before: { ...what, resource_path: expect.any(String), description: null },
  },
  ...[true, false].map((granted): Change => ({
    name: grants.createGrant.name,
    change: async (requestId) => {
      const { userId } = await createPerson();
      const input = { principal_type: "user" as const, principal_id: userId, permission_id: readAll, granted };
      await call(grants.createGrant, administrator, input, requestId);
      return [userId];
    },
    entry: {
      event_type: granted ? "permission.granted" : "permission.denied",
      target_type: "permission",
      target_id: readAll,
      target_user_id: expect.any(String),
    },
    after: { permission_id: readAll, ...what, granted, ...everywhere },
  })),
  {
    name: grants.createGrant.name,
    change: async (requestId) => {
      const [member, below] = [await createPerson(), await createPerson()];
      const team = await createTeam(null, member);
      await createTeam(team.id, below);
      await call(grants.createGrant, administrator, { ...toTeam(team.id), actions: ["write"] });
      await call(grants.createGrant, administrator, toTeam(team.id), requestId);
      return [member.userId, below.userId];
    },
    entry: { event_type: "permission.granted", target_type: "team", team_id: expect.any(String) },
    before: expect.objectContaining({ principal_type: "team", resource: "/kb/x/*", actions: ["write"] }),
    after: expect.objectContaining({
      principal_type: "team",
      resource: "/kb/x/*",
      actions: ["read"],
      expires_at: null,
    }),
  },
  {
    name: grants.createGrant.name,
    change: async (requestId) => {
      const [owner, member] = [await createPerson(), await createPerson()];
      const { id } = await createWorkspace(owner, member);
      const input = { ...toTeam(id), principal_type: "workspace" as const };
      await call(grants.createGrant, administrator, input, requestId);
      return [owner.userId, member.userId];
    },
    entry: { event_type: "permission.granted", target_type: "workspace", workspace_id: expect.any(String) },
    after: expect.objectContaining({ principal_type: "workspace", actions: ["read"] }),
  },
  {
    name: grants.withdrawGrant.name,
    change: async (requestId) => {
      const { userId } = await createPerson();
      const input = { principal_type: "user" as const, principal_id: userId, permission_id: readAll };
      const { id } = await call(grants.createGrant, administrator, input);
      await call(grants.withdrawGrant, administrator, { grant_id: id }, requestId);
      return [userId];
    },
    entry: { event_type: "permission.withdrawn", target_type: "permission", target_user_id: expect.any(String) },
    before: { permission_id: readAll, ...what, granted: true, ...everywhere },
  },
  {
    name: grants.withdrawGrant.name,
    change: async (requestId) => {
      const { role, userIds } = await createHeldRole();
      const input = { ...toTeam(role.id), principal_type: "role" as const };
      const { id } = await call(grants.createGrant, administrator, input);
      await call(grants.withdrawGrant, administrator, { grant_id: id }, requestId);
      return userIds;
    },
    entry: { event_type: "permission.withdrawn", target_type: "role" },
    before: expect.objectContaining({ principal_type: "role", resource: "/kb/x/*" }),
  },
];

function toTeam(principal_id: string) {
  const resource = { resource_type: "kb", resource: "/kb/x/*", actions: ["read"] };
  return { principal_type: "team" as const, principal_id, ...resource };
}

describe("every change of roles, permissions and grants", () => {
  test("is among those that are tried here", () => {
    const declared = [...Object.values(roles), ...Object.values(grants)].flatMap((value) =>
      allContracts.filter(
        (contract) => contract === value && contract.http !== undefined && contract.http.method !== "GET",
      ),
    );

    expect(declared.length).toBeGreaterThan(8);
    expect(new Set(changes.map(({ name }) => name))).toEqual(new Set(declared.map(({ name }) => name)));
  });

  test.each(changes)(
    "$name ($entry.event_type) leaves one entry, one event, and word to whom it concerns",
    async (change) => {
      const requestId = randomUUID();
      const concerned = await change.change(requestId);

      const { entries, events } = await tracesOf(requestId);
      const [entry, ...more] = entries;
      expect(more).toEqual([]);
      expect(entry).toMatchObject({
        actor_id: administrator.userId,
        ip_address: "192.0.2.7",
        user_agent: "vitest",
        principal: { kind: "user" },
        target_id: expect.any(String),
        ...change.entry,
      });
      const details = entry?.permission_details as { before?: unknown; after?: unknown };
      expect(details.before).toEqual(change.before);
      expect(details.after).toEqual(change.after);
      const told = events.filter(({ subject }) => subject !== auth.accessChanged.subject);
      expect(told).toMatchObject([{ subject: `gaia.auth.${entry?.event_type}`, payload: { id: entry?.id } }]);
      const announced = events.filter(({ subject }) => subject === auth.accessChanged.subject);
      if (concerned?.length === 0) return expect(announced).toEqual([]);
      expect(announced).toHaveLength(1);
      const { user_ids } = auth.accessChanged.payload.parse(announced[0]?.payload);
      expect(user_ids?.toSorted() ?? null).toEqual(concerned?.toSorted() ?? null);
    },
  );

  test("that is refused leaves nothing", async () => {
    const plain = await createPerson();
    const requestId = randomUUID();
    const named = { role_id: await roleId("super_admin"), user_id: plain.userId };

    await expect(call(roles.assignRole, plain, named, requestId)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(
      call(roles.assignRole, administrator, { ...named, user_id: randomUUID() }, requestId),
    ).rejects.toThrow();
    expect(await tracesOf(requestId)).toEqual({ entries: [], events: [] });
  });

  test("that changes nothing leaves nothing", async () => {
    const role = await createRole(readAll);
    const requestId = randomUUID();

    await call(roles.changeRole, administrator, { role_id: role.id, is_active: true }, requestId);
    await call(roles.addRolePermission, administrator, { role_id: role.id, permission_id: readAll }, requestId);
    expect(await tracesOf(requestId)).toEqual({ entries: [], events: [] });
  });
});

// Keys, tokens, digests and hashes of passwords; ids are none of them.
const secretLooking = [
  /gaia_[\w-]{20,}/,
  /eyJ[\w-]{10,}\.[\w-]+/,
  /\b[0-9a-f]{64}\b/i,
  /\$2[aby]\$\d\d\$/,
  /password|secret|token|digest|hash/i,
];

test("no entry that was left has anything in it that looks like a secret", async () => {
  const { rows } = await world.pool.query<{ text: string }>(
    "select permission_details::text || principal::text as text from permission_audit_log",
  );

  expect(rows.length).toBeGreaterThan(changes.length);
  for (const { text } of rows) {
    for (const secret of secretLooking) expect(text).not.toMatch(secret);
  }
});
