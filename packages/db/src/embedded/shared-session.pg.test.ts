import { once } from "node:events";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../index.ts";
import { createTestFolder } from "../testing.ts";

let database: Database;
let dataFolder: string;
beforeAll(async () => {
  dataFolder = await createTestFolder();
  database = await openDatabase({ dataFolder, poolSize: 20 });
});
afterAll(async () => {
  await database.close();
  await rm(dataFolder, { recursive: true, force: true });
});

test("transactions that run at once do not mix", async () => {
  await database.pool.query(
    "create table accounts (id int primary key, balance int); insert into accounts values (1, 0)",
  );
  const incrementTwice = async (isKept: boolean): Promise<void> => {
    const client = await database.pool.connect();
    await client.query("begin");
    const before = await client.query<{ balance: number }>("select balance from accounts where id = $1", [1]);
    const balance = before.rows[0]?.balance ?? 0;
    await client.query("update accounts set balance = $1", [balance + 1]);
    await client.query("update accounts set balance = balance + $1", [1]);
    const after = await client.query<{ balance: number }>("select balance from accounts");
    expect(after.rows).toEqual([{ balance: balance + 2 }]);
    await client.query(isKept ? "commit" : "rollback");
    client.release();
  };

  await Promise.all(Array.from({ length: 20 }, (_, index) => incrementTwice(index % 4 !== 0)));
  expect((await database.pool.query("select balance from accounts")).rows).toEqual([{ balance: 30 }]);
});

test("large parameters of many callers reach the right statements", async () => {
  const large = "x".repeat(1_000_000);
  const ask = async (index: number): Promise<void> => {
    const text = index % 2 ? large : "y";
    const { rows } = await database.pool.query(
      `select $1::int as index, length($2::text) as length, ${index} as statement`,
      [index, text],
    );
    expect(rows).toEqual([{ index, length: text.length, statement: index }]);
  };
  await Promise.all(Array.from({ length: 60 }, (_, index) => ask(index)));
});

test("a client that dies inside a transaction holds nobody up, and its changes are undone", async () => {
  await database.pool.query("create table things (id int)");
  const socket = new Socket();
  const client = new Client({ connectionString: database.url, stream: () => socket });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("begin");
  await client.query("insert into things values (1)");
  const waiting = database.pool.query("select count(*)::int from things");
  socket.destroy();
  expect((await waiting).rows).toEqual([{ count: 0 }]);
});

test("a transaction that is left open is cut as soon as others wait, its changes are undone and its owner is told", async () => {
  await database.pool.query("create table notes (id int)");
  const forgetful = new Client({ connectionString: database.url });
  const farewell = once(forgetful, "error");
  // The end of the connection is another error.
  forgetful.on("error", () => undefined);
  await forgetful.connect();
  await forgetful.query("begin");
  await forgetful.query("insert into notes values (1)");
  // The pool gives up after 10 seconds.
  expect((await database.pool.query("select count(*)::int from notes")).rows).toEqual([{ count: 0 }]);
  expect(await farewell).toMatchObject([{ code: "57P01", message: expect.stringContaining("left open") }]);
});

test("an error in a statement leaves the connection usable", async () => {
  const client = await database.pool.connect();
  await expect(client.query("select $1::int", ["x"])).rejects.toMatchObject({ code: "22P02" });
  expect((await client.query("select $1::int as one", [1])).rows).toEqual([{ one: 1 }]);
  client.release();
});

test("the vector extension is there", async () => {
  const { rows } = await database.pool.query("select '[1,2]'::vector <-> '[1,4]' as distance");
  expect(rows).toEqual([{ distance: 2 }]);
});
