import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type Database, DataFolderInUseError, migrate, openDatabase } from "../index.ts";
import { createTestFolder } from "../testing.ts";

const holdDatabase = fileURLToPath(new URL("../../test-fixtures/hold-database.ts", import.meta.url));

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

// Databases are opened again and again here, which takes its time on a busy machine.
describe("the data folder", { timeout: 60_000 }, () => {
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

  test("a process that is started again whenever a file changes opens it too", async () => {
    const dataFolder = await folder();
    await hold(dataFolder, 3, ["--watch"]);
    const joined = await open({ dataFolder, mode: "join" });
    expect((await joined.pool.query("select count(*)::int from kept")).rows).toEqual([{ count: 3 }]);
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

async function hold(dataFolder: string, rows: number, nodeOptions: readonly string[] = []): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...nodeOptions, holdDatabase, dataFolder, String(rows)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  cleanups.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.stdin.end();
    // A watcher outlives what it watches.
    if (nodeOptions.includes("--watch")) child.kill();
    await exited;
  });
  await once(child.stdout, "data");
  return child;
}
