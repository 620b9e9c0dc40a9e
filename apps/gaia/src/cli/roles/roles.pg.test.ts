import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliWorld, createCliWorld } from "../testing/cli-world.ts";

let world: CliWorld;
beforeAll(async () => {
  world = await createCliWorld();
});
afterAll(() => world.testDatabase.drop());

async function createAccount(): Promise<{ id: string; mail: string }> {
  const mail = `${randomUUID()}@example.org`;
  const { stdout } = await world.run(["users", "create", mail, "--json"]);
  return { id: JSON.parse(stdout).id, mail };
}

async function rolesOf(userId: string): Promise<unknown[]> {
  const { rows } = await world.testDatabase.database.pool.query(
    `select roles.name, context_type, context_id, expires_at from user_roles
     join roles on roles.id = role_id where user_id = $1 and roles.name <> 'user' order by roles.name`,
    [userId],
  );
  return rows;
}

async function trailOf(userId: string): Promise<unknown[]> {
  const { rows } = await world.testDatabase.database.pool.query(
    `select event_type, actor_id, principal, permission_details from permission_audit_log
     where target_user_id = $1 order by sequence`,
    [userId],
  );
  return rows;
}

describe("roles list", () => {
  test("shows every role with its holders", async () => {
    const { exitCode, stdout } = await world.run(["roles", "list"]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ROLE +NAME +KIND +ACTIVE +PERMISSIONS +HELD BY$/m);
    expect(stdout).toMatch(/^super_admin +Super Administrator +system +yes +\d+ +\d+$/m);
  });

  test("says the same to programs", async () => {
    const roles = JSON.parse((await world.run(["roles", "list", "--json"])).stdout);

    expect(roles.map(({ name }: { name: string }) => name)).toContain("kb_viewer");
    expect(roles[0]).toMatchObject({ id: expect.any(String), role_type: "system", is_active: true });
  });
});

describe("roles assign", () => {
  test("makes the first administrator of a database, and the audit trail knows that an operator did", async () => {
    const { id, mail } = await createAccount();

    const { exitCode, stdout } = await world.run(["roles", "assign", mail.toUpperCase(), "super_admin"]);

    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${mail} has the role super_admin\n`);
    expect(await rolesOf(id)).toEqual([
      { name: "super_admin", context_type: "global", context_id: "global", expires_at: null },
    ]);
    expect(await trailOf(id)).toMatchObject([
      { event_type: "user.registered" },
      {
        event_type: "role.assigned",
        actor_id: null,
        principal: { kind: "service", name: "auth" },
        permission_details: { after: { role: "super_admin", context_type: "global" } },
      },
    ]);
  });

  test("can be for a time", async () => {
    const { id, mail } = await createAccount();
    const now = new Date(Date.now() + 1000);

    await world.run(["roles", "assign", mail, "developer", "--expires", "12h"], { now: () => now });

    expect(await rolesOf(id)).toMatchObject([{ name: "developer", expires_at: new Date(now.getTime() + 43_200_000) }]);
  });

  test.each([
    [["nobody@example.org", "developer"], 1, "user not found"],
    [["nobody@example.org", "emperor"], 1, "role not found: emperor"],
    [["nobody@example.org", "developer", "--team", randomUUID()], 1, "team not found"],
    [["nobody@example.org", "developer", "--team", "x"], 64, "--team: Not an id"],
    [["nobody@example.org", "developer", "--expires", "1999-01-01"], 64, "is over already"],
    [["nobody@example.org"], 64, "<role> is missing"],
    [["n@example.org", "user", "--team", randomUUID(), "--workspace", randomUUID()], 64, "exclude each other"],
  ])("of %j ends with %d and says %s", async (words, code, message) => {
    const { exitCode, stderr } = await world.run(["roles", "assign", ...words]);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });
});

describe("roles unassign", () => {
  test("takes a role, but not the last administrator's", async () => {
    const [first, second] = [await createAccount(), await createAccount()];
    await world.testDatabase.database.pool.query(
      "delete from user_roles using roles where roles.id = role_id and roles.name = 'super_admin'",
    );
    for (const { mail } of [first, second]) await world.run(["roles", "assign", mail, "super_admin"]);

    expect(await world.run(["roles", "unassign", first.mail, "super_admin"])).toMatchObject({ exitCode: 0 });
    expect(await rolesOf(first.id)).toEqual([]);
    const last = await world.run(["roles", "unassign", second.mail, "super_admin"]);
    expect(last).toMatchObject({ exitCode: 1, stderr: "gaia: Somebody must stay administrator of everything\n" });
    expect(await rolesOf(second.id)).toHaveLength(1);
  });
});
