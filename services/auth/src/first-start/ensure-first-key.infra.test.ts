import { type Database, openDatabase } from "@gaia/db";
import { createTestDatabase, type TestDatabase } from "@gaia/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { developmentKey } from "./development-key.ts";
import { ensureFirstKey } from "./ensure-first-key.ts";

const starters = 4;

let world: TestDatabase;
let processes: readonly Database[];
beforeEach(async () => {
  world = await createTestDatabase();
  const { url } = world;
  if (url === undefined) throw new Error("One session cannot race with itself: this test needs a real PostgreSQL");
  processes = await Promise.all(
    Array.from({ length: starters }, () => openDatabase({ url, dataFolder: "unused", queryTimeoutMs: 30_000 })),
  );
});
afterEach(async () => {
  await Promise.all(processes.map((database) => database.close()));
  await world.drop();
});

test("of processes that start at the same moment one makes the first key, and tells it", async () => {
  const keys = await startAtOnce({ isDevelopmentKeyAllowed: false });

  expect(keys.map(({ kind }) => kind).toSorted()).toEqual(["created", "exists", "exists", "exists"]);
  expect(await countKeys()).toBe(1);
});

test("processes that start at the same moment in development agree on the well-known key", async () => {
  const keys = await startAtOnce({ isDevelopmentKeyAllowed: true });

  expect(keys).toEqual(Array.from({ length: starters }, () => ({ kind: "development", secret: developmentKey })));
  expect(await countKeys()).toBe(1);
});

/** Nobody can store a user until everybody waits, so that all of them have seen a database without keys who can. */
async function startAtOnce(settings: { readonly isDevelopmentKeyAllowed: boolean }) {
  const now = () => new Date("2026-11-24T12:00:00.000Z");
  const gate = await world.database.pool.connect();
  await gate.query("begin; lock table users in exclusive mode");
  const keys = Promise.all(processes.map(({ kysely }) => ensureFirstKey({ kysely, now, ...settings })));
  await expect.poll(countWaiting, { timeout: 10_000 }).toBe(starters);
  await gate.query("commit");
  gate.release();
  return keys;
}

async function countWaiting(): Promise<number | undefined> {
  const { rows } = await world.database.pool.query<{ count: number }>(
    "select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]?.count;
}

async function countKeys(): Promise<number> {
  return (await world.database.kysely.selectFrom("api_keys").select("id").execute()).length;
}
