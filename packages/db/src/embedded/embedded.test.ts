import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, expect, test } from "vitest";
import { type Database, DataFolderInUseError, migrate, openDatabase } from "../index.ts";
import { createTestFolder } from "../testing.ts";

const holdDatabase = fileURLToPath(new URL("../../test-fixtures/hold-database.ts", import.meta.url));

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test("a folder that does not exist is made, and rows and schema survive a restart", async () => {
  const parent = await mkdtemp(join(tmpdir(), "gaia-fresh-"));
  cleanups.push(() => rm(parent, { recursive: true, force: true }));
  const dataFolder = join(parent, "data");
  const first = await open({ dataFolder });
  await migrate(first);
  await first.pool.query("insert into users (email) values ('ada@example.org')");
  await first.close();

  const second = await open({ dataFolder });
  expect(await migrate(second)).toEqual({ applied: [] });
  expect((await second.pool.query("select email from users")).rows).toEqual([{ email: "ada@example.org" }]);
});

test("a second owner of the same folder is refused, with what to do", async () => {
  const dataFolder = await folder();
  await open({ dataFolder });
  const refusal = open({ dataFolder });
  await expect(refusal).rejects.toBeInstanceOf(DataFolderInUseError);
  await expect(refusal).rejects.toMatchObject({
    code: "DATA_FOLDER_IN_USE",
    message: expect.stringContaining(dataFolder),
  });
});

test("another process is refused as well, and may join", async () => {
  const dataFolder = await folder();
  await hold(dataFolder, 3);
  await expect(open({ dataFolder })).rejects.toMatchObject({ code: "DATA_FOLDER_IN_USE" });

  const joined = await open({ dataFolder, mode: "join" });
  expect((await joined.pool.query("select count(*)::int from kept")).rows).toEqual([{ count: 3 }]);
  await joined.close();
});

test("who joins a folder that nobody owns becomes its owner", async () => {
  const dataFolder = await folder();
  const owner = await open({ dataFolder, mode: "join" });
  await owner.ping();
  await expect(open({ dataFolder })).rejects.toMatchObject({ code: "DATA_FOLDER_IN_USE" });
});

test("who joins while the owner starts gets in", async () => {
  const dataFolder = await folder();
  const [owner, joined] = await Promise.all([open({ dataFolder }), open({ dataFolder, mode: "join" })]);
  await owner.pool.query("create table shared (id int)");
  expect((await joined.pool.query("select from shared")).rowCount).toBe(0);
});

test("a killed owner loses nothing that was committed, and leaves the folder free", async () => {
  const dataFolder = await folder();
  const owner = await hold(dataFolder, 5_000);
  owner.kill("SIGKILL");
  await once(owner, "exit");

  const database = await open({ dataFolder });
  expect((await database.pool.query("select count(*)::int from kept")).rows).toEqual([{ count: 5_000 }]);
});

test("closing removes the socket, so that nobody joins a database that is gone", async () => {
  const dataFolder = await folder();
  const database = await open({ dataFolder });
  const socket = join(dataFolder, "postgres", ".s.PGSQL.5432");
  await access(socket);
  await database.close();
  await expect(access(socket)).rejects.toThrow("ENOENT");
  await expect(database.ping()).rejects.toThrow("Cannot use a pool");
});

test("a file where the socket should be is replaced", async () => {
  const dataFolder = await folder();
  await (await open({ dataFolder })).close();
  await writeFile(join(dataFolder, "postgres", ".s.PGSQL.5432"), "stale");
  const database = await open({ dataFolder });
  expect(await database.ping()).toBeGreaterThan(0);
});

test("a folder whose path is too long for a socket works all the same, also for who joins", async () => {
  const dataFolder = join(await folder(), "deep".repeat(20), "deeper".repeat(20));
  const owner = await open({ dataFolder });
  await owner.pool.query("create table far (id int)");
  const joined = await open({ dataFolder, mode: "join" });
  expect((await joined.pool.query("select from far")).rowCount).toBe(0);
});

test("transactions that run at once do not mix", async () => {
  const database = await open({ dataFolder: await folder(), poolSize: 20 });
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
  const dataFolder = await folder();
  await hold(dataFolder, 0);
  const database = await open({ dataFolder, mode: "join", poolSize: 10 });
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
  const database = await open({ dataFolder: await folder() });
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

test("an error in a statement leaves the connection usable", async () => {
  const database = await open({ dataFolder: await folder(), poolSize: 1 });
  const client = await database.pool.connect();
  await expect(client.query("select $1::int", ["x"])).rejects.toMatchObject({ code: "22P02" });
  expect((await client.query("select $1::int as one", [1])).rows).toEqual([{ one: 1 }]);
  client.release();
});

test("the vector extension is there", async () => {
  const database = await open({ dataFolder: await folder() });
  await migrate(database);
  const { rows } = await database.pool.query("select '[1,2]'::vector <-> '[1,4]' as distance");
  expect(rows).toEqual([{ distance: 2 }]);
});

async function folder(): Promise<string> {
  const path = await createTestFolder({ isMigrated: false });
  cleanups.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function open(options: Parameters<typeof openDatabase>[0]): Promise<Database> {
  const database = await openDatabase(options);
  cleanups.push(() => database.close());
  return database;
}

async function hold(dataFolder: string, rows: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holdDatabase, dataFolder, String(rows)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  cleanups.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.stdin.end();
    await exited;
  });
  await once(child.stdout, "data");
  return child;
}
