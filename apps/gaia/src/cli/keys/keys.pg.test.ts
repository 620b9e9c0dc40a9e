import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliWorld, createCliWorld } from "../testing/cli-world.ts";

let world: CliWorld;
beforeAll(async () => {
  world = await createCliWorld();
});
afterAll(() => world.testDatabase.drop());

const createKey = async (...words: readonly string[]) =>
  JSON.parse((await world.run(["keys", "create", "--create-user", "--json", ...words])).stdout);

describe("keys create", () => {
  test("prints the key alone where a program reads", async () => {
    const { exitCode, stdout, stderr } = await world.run([
      "keys",
      "create",
      "--create-user",
      "--user",
      "pipe@example.org",
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^gaia_[\w-]{51}\n$/);
    expect(stderr).toBe("");
  });

  test("explains the key to a person, on stderr", async () => {
    const words = ["keys", "create", "--create-user", "--user", "person@example.org", "--name", "Unity"];
    const { stdout, stderr } = await world.run(words, { isTerminal: true });
    expect(stdout).toMatch(/^gaia_\S+\n$/);
    expect(stderr).toContain('"Unity"');
    expect(stderr).toContain("not shown again");
    expect(stderr).not.toContain(stdout.trim());
  });

  test("says nothing but the key with --quiet", async () => {
    const words = ["keys", "create", "--create-user", "--user", "quiet@example.org", "--quiet"];
    const { stderr } = await world.run(words, { isTerminal: true });
    expect(stderr).toBe("");
  });

  test("tells programs everything with --json, and keeps a name that looks like a number", async () => {
    const key = await createKey("--user", "json@example.org", "--name", "007", "--expires", "2126-01-31");
    expect(key).toEqual({
      id: expect.any(String),
      key: expect.stringMatching(/^gaia_/),
      user: "json@example.org",
      name: "007",
      expires_at: "2126-01-31T00:00:00.000Z",
    });
  });

  test("counts a duration from now and stores it as UTC", async () => {
    const now = () => new Date("2126-11-24T10:00:00Z");
    const words = ["keys", "create", "--create-user", "--user", "later@example.org", "--expires", "12h"];
    await world.run(words, { now });
    const { stdout } = await world.run(["keys", "list", "--user", "later@example.org", "--json"], { now });
    expect(JSON.parse(stdout)).toMatchObject([{ expires_at: "2126-11-24T22:00:00.000Z", state: "active" }]);
  });

  test("refuses an expiry that is over or cannot be read", async () => {
    for (const expires of ["2020-01-01", "0d", "soon", "2027-13-45"]) {
      const { exitCode, stderr } = await world.run(["keys", "create", "--user", "a@example.org", "--expires", expires]);
      expect(exitCode).toBe(64);
      expect(stderr).toContain("--expires");
    }
  });

  test("bounds a key by scopes and limits of its own", async () => {
    const bounds = ["--scope", "chat:create, kb:read:/kb/shared/*", "--requests-per-minute", "5000"];
    const { id } = await createKey("--user", "bounded@example.org", ...bounds, "--tokens-per-minute", "90000");

    const { rows } = await world.testDatabase.database.pool.query(
      "select permissions, requests_per_minute, tokens_per_minute from api_keys where id = $1",
      [id],
    );
    expect(rows).toEqual([
      {
        permissions: ["chat:create", "kb:read:/kb/shared/*"],
        requests_per_minute: 5000,
        tokens_per_minute: 90_000,
      },
    ]);
  });

  test.each([
    [["--scope", "chat"], "--scope", 64],
    [["--scope", " , "], "--scope", 64],
    [["--scope", "chats:create"], "No such resource type or action", 1],
    [["--requests-per-minute", "0"], "--requests-per-minute", 64],
    [["--tokens-per-minute", "many"], "--tokens-per-minute", 64],
  ])("refuses the bounds %j", async (bounds, told, expected) => {
    const words = ["keys", "create", "--create-user", "--user", "unbounded@example.org", ...bounds];
    const { exitCode, stdout, stderr } = await world.run(words);

    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
    expect(stderr).toContain(told);
  });

  test("does not make an account unasked", async () => {
    const { exitCode, stdout, stderr } = await world.run(["keys", "create", "--user", "nobody@example.org"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("user not found: nobody@example.org");
    expect(stderr).not.toContain("    at ");
  });

  test("finds an account however its address is typed", async () => {
    await world.run(["users", "create", "Mixed@Example.org"]);
    await world.testDatabase.database.pool.query("insert into users (email) values ('Old@Example.org')");
    for (const typed of ["MIXED@example.org", "Old@Example.org"]) {
      const { exitCode } = await world.run(["keys", "create", "--user", typed]);
      expect(exitCode).toBe(0);
    }
  });

  test("stores only the hash, and the administrator's grant", async () => {
    const { id, key } = await createKey("--user", "admin@example.org", "--admin");
    const { rows } = await world.testDatabase.database.pool.query("select * from api_keys where id = $1", [id]);
    expect(rows).toMatchObject([{ permissions: { admin: true }, name: "Command line" }]);
    expect(JSON.stringify(rows)).not.toContain(key);
  });
});

describe("keys list", () => {
  test("shows where a key stands and never a hash", async () => {
    const { id, key } = await createKey("--user", "list@example.org", "--expires", "30d");
    const inTwoMonths = { now: () => new Date(Date.now() + 60 * 86_400_000) };
    const { stdout: table } = await world.run(["keys", "list", "--user", "list@example.org"], inTwoMonths);
    expect(table).toMatch(new RegExp(`${id} +list@example.org +Command line +${key.slice(0, 9)} +expired`));
    const { stdout } = await world.run(["keys", "list", "--json"]);
    expect(stdout).toContain(id);
    expect(stdout).not.toMatch(/[0-9a-f]{64}/);
    expect(stdout).not.toContain(key);
  });

  test("leaves stdout empty when there is none", async () => {
    const { exitCode, stdout, stderr } = await world.run(["keys", "list", "--user", "none@example.org"]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: "There are no keys.\n" });
  });
});

describe("keys revoke", () => {
  test("ends a key once and leaves the event that empties caches", async () => {
    const { id } = await createKey("--user", "revoke@example.org");
    expect(await world.run(["keys", "revoke", id])).toMatchObject({ exitCode: 0, stdout: `revoked ${id}\n` });
    const { stdout } = await world.run(["keys", "list", "--user", "revoke@example.org", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject([{ id, active: false, state: "revoked" }]);
    const { rows } = await world.testDatabase.database.pool.query(
      "select subject from event_outbox where payload ->> 'api_key_id' = $1 order by id",
      [id],
    );
    expect(rows).toEqual([{ subject: "gaia.auth.api_key.issued" }, { subject: "gaia.auth.api_key.revoked" }]);

    const again = await world.run(["keys", "revoke", id]);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain(`not found: ${id}`);
  });

  test("knows an id from something else", async () => {
    const { exitCode, stderr } = await world.run(["keys", "revoke", "gaia_abcd"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("gaia keys list");
  });
});
