import { afterAll, beforeAll, expect, test } from "vitest";
import { describeSchema } from "../test-fixtures/describe-schema.ts";
import { migrate, openDatabase, pendingMigrations } from "./index.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";

let world: TestDatabase;
beforeAll(async () => {
  world = await createTestDatabase({ isMigrated: false });
});
afterAll(() => world.drop());

test("of several that migrate at once, exactly one applies each migration", async () => {
  const names = (await pendingMigrations(world.database)).map(({ name }) => name);
  const openers = await Promise.all(
    Array.from({ length: 4 }, () =>
      openDatabase({ url: world.database.url, dataFolder: "unused", queryTimeoutMs: 30_000 }),
    ),
  );

  const outcomes = await Promise.all(openers.map((database) => migrate(database)));
  await Promise.all(openers.map((database) => database.close()));

  expect(outcomes.flatMap(({ applied }) => applied).toSorted()).toEqual(names);
  expect(await pendingMigrations(world.database)).toEqual([]);
});

test("times without zone are UTC in both directions, whatever the zone of the machine", async () => {
  const { kysely, pool } = world.database;
  const moment = new Date("2031-05-06T07:08:09Z");
  const { id } = await kysely
    .insertInto("users")
    .values({ email: "ada@example.org" })
    .returning("id")
    .executeTakeFirstOrThrow();
  await kysely.insertInto("api_keys").values({ user_id: id, key_hash: "a", expires_at: moment }).execute();

  const stored = await pool.query("select expires_at::text from api_keys");
  expect(stored.rows).toEqual([{ expires_at: "2031-05-06 07:08:09" }]);
  const key = await kysely.selectFrom("api_keys").select(["expires_at", "created_at"]).executeTakeFirstOrThrow();
  expect(key.expires_at).toEqual(moment);
  expect(Math.abs((key.created_at?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
});

test("a day stays the day it is", async () => {
  await world.database.kysely
    .insertInto("usage_records")
    .values({ price_as_of: "2026-11-24", cost_usd: "0.12345678" })
    .execute();
  const row = await world.database.kysely.selectFrom("usage_records").selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({ price_as_of: "2026-11-24", cost_usd: "0.12345678" });
});

test("the description of the schema knows every kind of object", async () => {
  const kinds = new Set((await describeSchema(world.database)).map((line) => line.split(" ")[0]));
  expect(kinds).toEqual(new Set(["column", "constraint", "index", "CREATE", "function"]));
});
