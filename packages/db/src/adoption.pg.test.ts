import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeSchema } from "../test-fixtures/describe-schema.ts";
import { type Database, migrate } from "./index.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let fresh: TestDatabase;
beforeAll(async () => {
  fresh = await createTestDatabase();
});
afterAll(() => fresh.drop());

describe("a database that only the Python start script made, run twice", () => {
  const world = adopt(["python-core", "python-core", "python-core-rows"]);

  test("is recognised", () => {
    expect(world().adopted).toBe("python-core");
  });

  test("ends with the schema of a fresh database", async () => {
    expect(await differences(world().database, fresh.database)).toEqual({ missing: [], leftover: [] });
  });

  test("keeps every row but the duplicated sources", async () => {
    expect(await lostRows(world())).toEqual({ asset_sources: 9, assets: 1 });
    expect(await count(world().database, "asset_sources")).toBe(9);
    expect(await count(world().database, "conversations")).toBe(4);
  });

  test("keeps assets on the source they came from, unchanged otherwise", async () => {
    const { rows } = await world().database.pool.query(
      `select title, source_name, assets.updated_at = (
         select (stored.row ->> 'updated_at')::timestamp from unnest($1::jsonb[]) as stored (row)
         where stored.row ->> 'id' = assets.id::text
       ) as "isUntouched"
       from assets join asset_sources on asset_sources.id = source_id order by title`,
      [
        world()
          .before.get("assets")
          ?.map((row) => JSON.stringify(row)),
      ],
    );
    expect(rows).toEqual([
      { title: "Chair", source_name: "meshy_ai", isUntouched: true },
      { title: "Sky", source_name: "meshy_ai", isUntouched: true },
    ]);
  });

  test("stays as it is when the start script runs once more", async () => {
    await run(world().database, "python-core");
    expect(await count(world().database, "asset_sources")).toBe(9);
  });
});

describe("a database with all migrations of the Python system", () => {
  const world = adopt(["python-core", "python-later-migrations", "python-core-rows", "python-later-rows"]);

  test("is recognised", () => {
    expect(world().adopted).toBe("python-current-roles");
  });

  test("ends with the schema of a fresh database", async () => {
    expect(await differences(world().database, fresh.database)).toEqual({ missing: [], leftover: [] });
  });

  test("keeps every row, except that users lose the administration", async () => {
    expect(await lostRows(world())).toEqual({ role_permissions: 1 });
    const { rows } = await world().database.pool.query(
      `select count(*)::int as grants from role_permissions join roles on roles.id = role_id where name = 'user'`,
    );
    expect(rows).toEqual([{ grants: 12 }]);
  });

  test("keeps the operator's own Mu", async () => {
    const { rows } = await world().database.pool.query("select description, visibility, is_default from personas");
    expect(rows).toEqual([{ description: "The operator's own Mu", visibility: "public", is_default: true }]);
  });

  test("numbers the messages it had", async () => {
    const { rows } = await world().database.pool.query("select status, sequence from chat_messages order by sequence");
    expect(rows).toEqual([
      { status: "complete", sequence: "1" },
      { status: "complete", sequence: "2" },
    ]);
  });
});

describe("a database with the older schema for roles", () => {
  const world = adopt(["python-core", "python-older-roles", "python-core-rows", "python-older-rows"]);

  test("is recognised", () => {
    expect(world().adopted).toBe("python-older-roles");
  });

  test("ends with the schema of a fresh database, and the table of shares", async () => {
    const { missing, leftover } = await differences(world().database, fresh.database);
    expect(missing).toEqual([]);
    expect(leftover.filter((line) => !line.includes("resource_shares"))).toEqual([]);
  });

  test("keeps the original of every row", async () => {
    const lost = await lostRows(world(), ["public", "gaia_legacy"]);
    expect(lost).toEqual({});
  });

  test("carries teams and their members over", async () => {
    const { pool } = world().database;
    const teams = await pool.query("select left(name, 8) as name, display_name from teams order by name");
    expect(teams.rows).toEqual([
      { name: "builders", display_name: "builders" },
      { name: "long lon", display_name: "long ".repeat(40) },
    ]);
    const members = await pool.query("select team_role from team_members order by team_role");
    expect(members.rows).toEqual([{ team_role: "member" }, { team_role: "owner" }]);
  });

  test("carries workspaces over, with unique names, their team and what was archived", async () => {
    const { rows } = await world().database.pool.query(
      "select name, display_name, status, metadata, archived_at::date::text as archived from workspaces order by created_at",
    );
    expect(rows).toEqual([
      {
        name: "demo",
        display_name: "demo",
        status: "active",
        metadata: {
          team_id: "88888888-0000-4000-8000-000000000001",
          member_roles: { "22222222-2222-4222-8222-222222222222": "admin" },
        },
        archived: null,
      },
      { name: "demo-88888888", display_name: "demo", status: "archived", metadata: {}, archived: "2025-03-01" },
    ]);
    expect(await count(world().database, "workspace_members")).toBe(1);
  });

  test("carries roles, grants and assignments over", async () => {
    const { pool } = world().database;
    const role = await pool.query("select display_name, role_type from roles where name = 'painter'");
    expect(role.rows).toEqual([{ display_name: "painter", role_type: "custom" }]);

    const assigned = await pool.query(
      "select context_type, context_id from user_roles where role_id not in (select id from roles where name in ('user', 'super_admin')) order by context_type",
    );
    expect(assigned.rows).toEqual([
      { context_type: "global", context_id: "global" },
      { context_type: "team", context_id: "88888888-0000-4000-8000-000000000001" },
    ]);
    const allowed = await pool.query("select check_user_permission($1, 'kb', '/kb/art/sky.md', 'write') as allowed", [
      "11111111-1111-4111-8111-111111111111",
    ]);
    expect(allowed.rows).toEqual([{ allowed: true }]);
  });

  test("joins shares with the grants they add to", async () => {
    const { rows } = await world().database.pool.query(
      "select resource_id, principal_type, permissions from resource_permissions order by resource_id",
    );
    expect(rows).toEqual([
      { resource_id: "/kb/one.md", principal_type: "user", permissions: ["read", "write"] },
      { resource_id: "/kb/two.md", principal_type: "team", permissions: ["read", "write"] },
    ]);
    expect(await count(world().database, "shared_resources")).toBe(2);
    expect(await count(world().database, "resource_shares")).toBe(2);
  });
});

describe("other shapes that the Python system's scripts made", () => {
  test("conversations of accounts that were never stored get their accounts", async () => {
    const world = await createTestDatabase({ isMigrated: false });
    await world.database.pool.query(`
      create table conversations (id uuid primary key default gen_random_uuid(), user_id uuid not null, title varchar(255));
      insert into conversations (user_id) values ('12121212-1212-4121-8121-121212121212')`);
    await migrate(world.database);

    const { rows } = await world.database.pool.query(
      "select title, email from conversations join users on users.id = user_id",
    );
    expect(rows).toEqual([{ title: "New Conversation", email: "12121212-1212-4121-8121-121212121212@gaia.local" }]);
    await world.drop();
  });

  test("assets of another meaning are set aside, and those with a file copied", async () => {
    const world = await createTestDatabase({ isMigrated: false });
    await world.database.pool.query(`
      create table assets (id uuid primary key default gen_random_uuid(), user_id uuid, type varchar(50), name varchar(255),
        description text, url text, metadata jsonb, generation_params jsonb, status varchar(50) default 'pending',
        created_at timestamp default current_timestamp);
      insert into assets (type, name, url) values ('image', 'Sky', 'https://example.org/sky.png'), ('video', 'Film', null)`);
    await migrate(world.database);

    const { rows } = await world.database.pool.query("select category, title, file_url from assets");
    expect(rows).toEqual([{ category: "image", title: "Sky", file_url: "https://example.org/sky.png" }]);
    expect(await count(world.database, "gaia_legacy.assets")).toBe(2);
    await world.drop();
  });

  test("keys with time zones keep them", async () => {
    const world = await createTestDatabase({ isMigrated: false });
    await world.database.pool.query(`
      create table users (id uuid primary key default gen_random_uuid(), email varchar(255) unique not null,
        name varchar(255) not null, created_at timestamptz default now(), updated_at timestamptz default now());
      create table api_keys (id uuid primary key default gen_random_uuid(), user_id uuid references users (id) on delete cascade,
        key_hash varchar(255) unique not null, name varchar(255) not null, is_active boolean default true, expires_at timestamptz);
      insert into users (email, name) values ('admin@gaia.dev', 'Admin');
      insert into api_keys (user_id, key_hash, name, expires_at) select id, 'abc', 'key', '2031-01-01T00:00:00+02:00' from users`);
    await migrate(world.database);

    const key = await world.database.kysely.selectFrom("api_keys").select("expires_at").executeTakeFirstOrThrow();
    expect(key.expires_at).toEqual(new Date("2030-12-31T22:00:00Z"));
    await world.drop();
  });
});

interface Adopted {
  readonly database: Database;
  readonly adopted: string | undefined;
  readonly before: ReadonlyMap<string, readonly unknown[]>;
}

function adopt(scripts: readonly string[]): () => Adopted {
  let created: TestDatabase | undefined;
  let result: Adopted | undefined;
  beforeAll(async () => {
    created = await createTestDatabase({ isMigrated: false });
    for (const script of scripts) await run(created.database, script);
    const before = await allRows(created.database);
    const { adopted } = await migrate(created.database);
    result = { database: created.database, adopted, before };
  });
  afterAll(() => created?.drop());

  return () => {
    if (!result) throw new Error("the database could not be adopted");
    return result;
  };
}

async function run({ pool }: Database, script: string): Promise<void> {
  await pool.query(await readFile(new URL(`../test-fixtures/${script}.sql`, import.meta.url), "utf8"));
}

async function count({ pool }: Database, table: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`);
  return rows[0]?.count ?? 0;
}

async function allRows({ pool }: Database): Promise<Map<string, unknown[]>> {
  const tables = await pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  );
  const found = new Map<string, unknown[]>();
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ row: unknown }>(`select to_jsonb(stored) as row from ${name} stored`);
    found.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return found;
}

/** How many rows per table are not there any more, with every value that they had. */
async function lostRows({ database, before }: Adopted, schemas = ["public"]): Promise<Record<string, number>> {
  const lost: Record<string, number> = {};
  for (const [table, rows] of before) {
    const places: string[] = [];
    for (const schema of schemas) {
      const { rows: found } = await database.pool.query("select to_regclass($1) as place", [`${schema}.${table}`]);
      if (found[0]?.place) places.push(`select to_jsonb(stored) as row from ${schema}.${table} stored`);
    }
    const { rowCount } = await database.pool.query(
      `select from unnest($1::jsonb[]) as old (row)
       where not exists (select from (${places.join(" union all ")}) as now where now.row @> old.row)`,
      [rows.map((row) => JSON.stringify(row))],
    );
    if (rowCount) lost[table] = rowCount;
  }
  return lost;
}

async function differences(
  upgraded: Database,
  reference: Database,
): Promise<{ missing: string[]; leftover: string[] }> {
  const [actual, expected] = await Promise.all([describeSchema(upgraded), describeSchema(reference)]);
  return {
    missing: expected.filter((line) => !actual.includes(line)),
    leftover: actual.filter((line) => !expected.includes(line)),
  };
}
