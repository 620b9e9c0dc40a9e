import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@gaia/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../testing/cli-world.ts";

let empty: TestDatabase;
beforeAll(async () => {
  empty = await createTestDatabase({ isMigrated: false });
});
afterAll(() => empty.drop());

const environment = () => (empty.url === undefined ? { GAIA_HOME: empty.dataFolder } : { DATABASE_URL: empty.url });

test("an empty database is brought up to date once, and says so before and after", async () => {
  const before = await runCli(["keys", "list"], environment());
  expect(before).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Run `gaia migrate`") });

  const first = await runCli(["migrate"], environment());
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toMatch(/^0001_core {2}\d+ ms\n/);
  expect(first.stdout).toMatch(/\nApplied \d+ migrations\.\n$/);

  const second = await runCli(["migrate"], environment());
  expect(second.stdout).toBe("Nothing to do: the database is up to date.\n");
  const third = await runCli(["migrate", "--json"], environment());
  expect(JSON.parse(third.stdout)).toEqual({ applied: [], adopted: null });
});

test("a database is made only where that was asked for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gaia-cli-"));
  try {
    const listing = await runCli(["keys", "list"], { GAIA_HOME: folder });
    expect(listing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`There is no database in ${folder}`),
    });
    expect(await readdir(folder)).toEqual([]);

    const migration = await runCli(["migrate", "--json"], { GAIA_HOME: folder });
    expect(JSON.parse(migration.stdout).applied[0]).toEqual({ name: "0001_core", duration_ms: expect.any(Number) });
    const users = await runCli(["users", "list", "--json"], { GAIA_HOME: folder });
    expect(users).toMatchObject({ exitCode: 0, stdout: "[]\n" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
