import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

const ada = "aaaaaaaa-0000-4000-8000-000000000001";
const ben = "bbbbbbbb-0000-4000-8000-000000000002";
const root = "cccccccc-0000-4000-8000-000000000003";
const team = "dddddddd-0000-4000-8000-000000000004";
const child = "dddddddd-0000-4000-8000-000000000005";
const workspace = "eeeeeeee-0000-4000-8000-000000000006";

let world: TestDatabase;
beforeAll(async () => {
  world = await createTestDatabase();
  await world.database.pool.query(`
    insert into users (id, email) values ('${ada}', 'ada@example.org'), ('${ben}', 'ben@example.org'), ('${root}', 'root@example.org');
    delete from user_roles;
    insert into user_roles (user_id, role_id, context_type, context_id)
      select '${ada}'::uuid, id, 'global', 'global' from roles where name = 'user'
      union all select '${root}', id, 'global', 'global' from roles where name = 'super_admin'
      union all select '${ben}', id, 'team', '${team}' from roles where name = 'developer';
    insert into teams (id, name, display_name, parent_team_id) values
      ('${team}', 'builders', 'Builders', null), ('${child}', 'painters', 'Painters', '${team}');
    insert into team_members (team_id, user_id, team_role) values ('${team}', '${ada}', 'owner');
    insert into workspaces (id, name, display_name) values ('${workspace}', 'demo', 'Demo');
    insert into workspace_members (workspace_id, user_id) values ('${workspace}', '${ada}');
    insert into resource_permissions (resource_type, resource_id, principal_type, principal_id, permissions, expires_at) values
      ('kb', '/kb/plans.md', 'user', '${ben}', '{read}', null),
      ('kb', '/kb/old.md', 'user', '${ben}', '{read}', now() - interval '1 day'),
      ('kb', '/kb/team.md', 'team', '${team}', '{read,write}', null),
      ('kb', '/kb/folder/*', 'workspace', '${workspace}', '{read}', null)`);
});
afterAll(() => world.drop());

describe("check_user_permission", () => {
  test.each<[string, Question, boolean]>([
    ["a wildcard covers what is below it", [ada, "kb", "/kb/shared/x.md", "read"], true],
    ["a wildcard covers what is deep below it", [ada, "kb", "/kb/shared/a/b/c.md", "read"], true],
    ["a wildcard does not cover another folder", [ada, "kb", "/kb/private/x.md", "read"], false],
    [
      "a wildcard does not cover a folder whose name begins the same",
      [ada, "kb", "/kb/shared-secrets/x.md", "read"],
      false,
    ],
    ["a wildcard does not cover its folder's parent", [ada, "kb", "/kb/", "read"], false],
    ["a wildcard is not literal text", [ada, "kb", "/kb/shared/", "read"], false],
    ["a path that climbs up is not below", [ada, "kb", "/kb/shared/../private/x.md", "read"], false],
    ["another action is another permission", [ada, "kb", "/kb/shared/x.md", "write"], false],
    ["another type is another permission", [ada, "asset", "/kb/shared/x.md", "share"], false],
    ["{user_id} is the caller", [ada, "kb", `/kb/users/${ada}/notes.md`, "write"], true],
    ["{user_id} is nobody else", [ada, "kb", `/kb/users/${ben}/notes.md`, "write"], false],
    ["nobody climbs out of the own namespace", [ada, "kb", `/kb/users/${ada}/../${ben}/notes.md`, "read"], false],
    ["the own namespace needs no role", [ben, "kb", `/kb/users/${ben}/notes.md`, "delete"], true],
    ["a lone star stands for all of the type", [ada, "chat", "conversation-1", "create"], true],
    ["a lone star stands for no other action", [ada, "chat", "conversation-1", "delete"], false],
    ["users may chat", [ada, "api", "/api/v1/chat/completions", "access"], true],
    ["users may not administrate", [ada, "api", "/api/v1/admin/users", "access"], false],
    ["super administrators may do anything", [root, "admin", "anything", "system"], true],
    ["a role in a team counts in the team", [ben, "kb", `/kb/teams/${team}/plan.md`, "write"], true],
    ["a role in a team counts nowhere else", [ben, "kb", "/kb/shared/x.md", "write"], false],
    ["a share counts", [ben, "kb", "/kb/plans.md", "read"], true],
    ["a share counts for its actions only", [ben, "kb", "/kb/plans.md", "write"], false],
    ["an expired share does not count", [ben, "kb", "/kb/old.md", "read"], false],
    ["a share with a team counts for its members", [ada, "kb", "/kb/team.md", "write"], true],
    ["a share with a team counts for members only", [ben, "kb", "/kb/team.md", "read"], false],
    ["a share with a workspace counts below its path", [ada, "kb", "/kb/folder/x.md", "read"], true],
    [
      "a person without any role may do nothing",
      ["ffffffff-0000-4000-8000-000000000009", "kb", "/kb/shared/x.md", "read"],
      false,
    ],
  ])("%s", async (_sentence, question, allowed) => {
    expect(await check(...question)).toBe(allowed);
  });

  test("nobody without an id may do anything", async () => {
    expect(await check(null, "kb", "/kb/users//x.md", "read")).toBe(false);
  });

  test("a denial beats every role, also that of the super administrator", async () => {
    await grant(root, "/kb/*", "delete", false);
    expect(await check(root, "kb", "/kb/shared/x.md", "delete")).toBe(false);
    expect(await check(root, "kb", "/kb/shared/x.md", "write")).toBe(true);
  });

  test("a permission given directly counts until it expires", async () => {
    await grant(ben, "/kb/*", "share", true);
    expect(await check(ben, "kb", "/kb/shared/x.md", "share")).toBe(true);
    await world.database.pool.query(
      "update user_permissions set expires_at = now() - interval '1 second' where user_id = $1",
      [ben],
    );
    expect(await check(ben, "kb", "/kb/shared/x.md", "share")).toBe(false);
  });

  test("a role that was switched off does not count", async () => {
    const { pool } = world.database;
    await pool.query("update roles set is_active = false where name = 'user'");
    expect(await check(ada, "kb", "/kb/shared/x.md", "read")).toBe(false);
    await pool.query("update roles set is_active = true where name = 'user'");
    expect(await check(ada, "kb", "/kb/shared/x.md", "read")).toBe(true);
  });
});

test("get_user_permissions lists what a user holds, and from where", async () => {
  const { rows } = await world.database.pool.query("select * from get_user_permissions($1)", [ada]);
  expect(rows).toEqual(
    expect.arrayContaining([
      { resource_type: "kb", resource_path: "/kb/shared/*", action: "read", source: "role" },
      { resource_type: "kb", resource_path: `/kb/users/${ada}/*`, action: "write", source: "owner" },
      { resource_type: "kb", resource_path: "/kb/team.md", action: "write", source: "team" },
      { resource_type: "kb", resource_path: "/kb/folder/*", action: "read", source: "workspace" },
    ]),
  );
});

test("get_user_kb_paths lists the places of a user", async () => {
  const { rows } = await world.database.pool.query("select * from get_user_kb_paths($1) order by path", [ada]);
  expect(rows).toEqual([
    { path: "/kb/folder/*", access_type: "workspace" },
    { path: "/kb/shared", access_type: "shared" },
    { path: "/kb/team.md", access_type: "team" },
    { path: `/kb/teams/${team}`, access_type: "team" },
    { path: `/kb/users/${ada}`, access_type: "owner" },
    { path: `/kb/workspaces/${workspace}`, access_type: "workspace" },
  ]);
});

test("get_user_team_role answers the role, and nothing for a stranger", async () => {
  const { rows } = await world.database.pool.query(
    "select get_user_team_role($1, $3) as member, get_user_team_role($2, $3) as stranger",
    [ada, ben, team],
  );
  expect(rows).toEqual([{ member: "owner", stranger: null }]);
});

test("get_team_hierarchy walks down, also when the teams form a loop", async () => {
  const walk = async (): Promise<unknown[]> =>
    (await world.database.pool.query("select * from get_team_hierarchy($1) order by level", [team])).rows;
  const expected = [
    { team_id: team, level: 0 },
    { team_id: child, level: 1 },
  ];
  expect(await walk()).toEqual(expected);
  await world.database.pool.query("update teams set parent_team_id = $1 where id = $2", [child, team]);
  expect(await walk()).toEqual(expected);
});

test("cleanup_expired_permissions removes what has expired and counts it", async () => {
  const { pool } = world.database;
  await pool.query("update user_permissions set expires_at = null");
  await pool.query(
    "insert into workspaces (name, display_name, expires_at) values ('past', 'Past', now() - interval '1 hour')",
  );

  const { rows } = await pool.query("select cleanup_expired_permissions() as removed");
  expect(rows).toEqual([{ removed: 2 }]);
  const left = await pool.query("select status from workspaces where name = 'past'");
  expect(left.rows).toEqual([{ status: "expired" }]);
  expect((await pool.query("select from resource_permissions where resource_id = '/kb/old.md'")).rowCount).toBe(0);
});

type Question = [user: string | null, type: string, path: string, action: string];

async function check(...question: Question): Promise<unknown> {
  const { rows } = await world.database.pool.query("select check_user_permission($1, $2, $3, $4) as allowed", question);
  return rows[0]?.allowed;
}

async function grant(user: string, path: string, action: string, granted: boolean): Promise<void> {
  await world.database.pool.query(
    `insert into user_permissions (user_id, permission_id, granted, context_type, context_id)
     select $1, id, $4, 'global', 'global' from permissions
     where resource_type = 'kb' and resource_path = $2 and action = $3`,
    [user, path, action, granted],
  );
}
