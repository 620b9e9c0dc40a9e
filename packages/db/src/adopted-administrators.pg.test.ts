import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "./index.ts";
import { readMigrationFiles } from "./migrations/migration-files.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let world: TestDatabase;
beforeAll(async () => {
  world = await createTestDatabase({ isMigrated: false });
});
afterAll(() => world.drop());

/** A user with keys, as a database had them before roles were enforced. */
async function person(keys: readonly (readonly [grants: object, isActive: boolean, expiresIn: string | null])[]) {
  const { pool } = world.database;
  const id = randomUUID();
  await pool.query("insert into users (id, email) values ($1, $2)", [id, `${id}@example.test`]);
  for (const [grants, isActive, expiresIn] of keys) {
    await pool.query(
      `insert into api_keys (user_id, key_hash, permissions, is_active, expires_at)
       values ($1, $2, $3, $4, now() + $5::interval)`,
      [id, randomUUID(), JSON.stringify(grants), isActive, expiresIn],
    );
  }
  return id;
}

describe("users from before roles were enforced", () => {
  test("are administrators where every working key of theirs said so, and users all of them", async () => {
    const files = await readMigrationFiles();
    await migrate(world.database, { files: files.filter(({ name }) => name < "0014") });
    const admin = { admin: true };
    const people = {
      "one admin key": await person([[admin, true, null]]),
      "admin keys and a revoked one": await person([
        [admin, true, "1 day"],
        [{}, false, null],
      ]),
      "an admin key that is over": await person([[admin, true, "-1 day"]]),
      "an admin key that is over, and a plain one": await person([
        [admin, true, "-300 days"],
        [{}, true, null],
      ]),
      "an admin key and a plain one": await person([
        [admin, true, null],
        [{}, true, null],
      ]),
      "a key whose flag is text": await person([[{ admin: "true" }, true, null]]),
      "no key": await person([]),
    };
    await migrate(world.database, { files });

    const { rows } = await world.database.pool.query<{ user_id: string; roles: string[] }>(
      `select user_id, array_agg(roles.name::text order by roles.name) as roles
       from user_roles join roles on roles.id = role_id group by user_id`,
    );
    const rolesById = new Map(rows.map(({ user_id, roles }) => [user_id, roles]));
    const both = ["super_admin", "user"];
    expect(Object.fromEntries(Object.entries(people).map(([who, id]) => [who, rolesById.get(id)]))).toEqual({
      "one admin key": both,
      "admin keys and a revoked one": both,
      "an admin key that is over": ["user"],
      "an admin key that is over, and a plain one": ["user"],
      "an admin key and a plain one": ["user"],
      "a key whose flag is text": ["user"],
      "no key": ["user"],
    });
  });
});
