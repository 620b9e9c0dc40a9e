import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeSchema } from "../test-fixtures/describe-schema.ts";
import { migrate, pendingMigrations } from "./index.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let world: TestDatabase;
beforeAll(async () => {
  world = await createTestDatabase({ isMigrated: false });
});
afterAll(() => world.drop());

describe("an empty database", () => {
  test("needs every migration, and none after migrating", async () => {
    const before = await pendingMigrations(world.database);
    const steps: string[] = [];
    const { applied, adopted } = await migrate(world.database, { onProgress: ({ name }) => steps.push(name) });

    expect(before.length).toBeGreaterThan(0);
    expect(applied).toEqual(before.map(({ name }) => name));
    expect(steps).toEqual(applied);
    expect(adopted).toBeUndefined();
    expect(await pendingMigrations(world.database)).toEqual([]);
  });

  test("is left alone by a second migration", async () => {
    const before = await describeSchema(world.database);
    expect(await migrate(world.database)).toEqual({ applied: [] });
    expect(await describeSchema(world.database)).toEqual(before);
  });

  test("has every column of the contract", async () => {
    const contract = await readFile(new URL("../test-fixtures/expected-columns.txt", import.meta.url), "utf8");
    const { rows } = await world.database.pool.query<{ column: string }>(
      `select format('%s.%s %s', relname, attname, format_type(atttypid, atttypmod))
         || case when attnotnull then ' not null' else '' end as column
       from pg_attribute join pg_class on pg_class.oid = attrelid
       where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped`,
    );
    const actual = new Set(rows.map((row) => row.column));
    expect(
      contract
        .trim()
        .split("\n")
        .filter((column) => !actual.has(column)),
    ).toEqual([]);
  });

  test("has the contract's roles with their grants, and users may not administrate", async () => {
    const { rows } = await world.database.pool.query<{ name: string; grants: number }>(
      `select name, count(permission_id)::int as grants
       from roles left join role_permissions on role_id = roles.id group by name`,
    );
    expect(Object.fromEntries(rows.map(({ name, grants }) => [name, grants]))).toEqual({
      super_admin: 34,
      admin: 33,
      developer: 15,
      user: 12,
      analyst: 0,
      viewer: 0,
      guest: 0,
      kb_admin: 0,
      kb_editor: 0,
      kb_contributor: 0,
      kb_viewer: 0,
    });
    const administration = await world.database.pool.query(
      `select from role_permissions join roles on roles.id = role_id join permissions on permissions.id = permission_id
       where roles.name = 'user' and resource_path = '/api/v1/admin/*'`,
    );
    expect(administration.rowCount).toBe(0);
  });

  test("has nine asset sources and the persona Mu, but nobody's account or key", async () => {
    const { rows } = await world.database.pool.query(
      `select (select count(*)::int from asset_sources) as sources, (select count(*)::int from users) as users,
         (select count(*)::int from api_keys) as keys`,
    );
    expect(rows).toEqual([{ sources: 9, users: 0, keys: 0 }]);

    const mu = await world.database.kysely.selectFrom("personas").selectAll().executeTakeFirstOrThrow();
    expect(mu).toMatchObject({
      name: "Mu",
      created_by: "system",
      is_active: true,
      is_default: true,
      visibility: "public",
    });
    expect(mu.system_prompt.endsWith("{tools_section}")).toBe(true);
    expect(Object.keys(mu.personality_traits ?? {})).toHaveLength(7);
    expect(Object.keys(mu.capabilities ?? {})).toHaveLength(7);
  });
});

test("a changed file that was already applied is refused by name", async () => {
  await migrate(world.database);
  const changed = [{ name: "0001_core", sql: "select 1", checksum: "other" }];
  await expect(pendingMigrations(world.database, changed)).rejects.toThrow("0001_core.sql");
});

test("a migration that fails leaves nothing behind and says which it was", async () => {
  await migrate(world.database);
  const broken = [{ name: "9999_broken", sql: "create table half_made (id int); select nothing", checksum: "x" }];

  await expect(migrate(world.database, { files: broken })).rejects.toThrow("9999_broken.sql");
  const { rows } = await world.database.pool.query("select to_regclass('half_made') as found");
  expect(rows).toEqual([{ found: null }]);
});
