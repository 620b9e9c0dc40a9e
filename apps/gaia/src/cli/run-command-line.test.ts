import { expect, test } from "vitest";
import { commands } from "./commands.ts";
import { runCli } from "./testing/cli-world.ts";

test("help lists every command, and every command has help of its own", async () => {
  const { exitCode, stdout } = await runCli(["--help"], {});
  expect(exitCode).toBe(0);
  for (const { name, options } of commands) {
    expect(stdout).toContain(`  ${name}`);
    const help = await runCli([...name.split(" "), "--help"], {});
    expect(help.exitCode).toBe(0);
    for (const { label } of options) expect(help.stdout).toContain(label);
  }
});

test("a group's help lists its commands alone", async () => {
  const { stdout } = await runCli(["keys", "--help"], {});
  expect(stdout).toContain("keys revoke <id>");
  expect(stdout).not.toContain("users");
});

test("the version is Gaia's", async () => {
  expect(await runCli(["--version"], {})).toEqual({ exitCode: 0, stdout: "1.2.3\n", stderr: "" });
});

test.each([
  [[], "Which command?"],
  [["frobnicate"], "Unknown command 'frobnicate'"],
  [["keys"], "Unknown command 'keys'. There are keys create"],
  [["keys", "destroy"], "Unknown command 'keys destroy'"],
  [["doctor", "--verbose"], "Unknown option '--verbose'"],
  [["keys", "list", "all"], "Unexpected argument 'all'"],
  [["keys", "create"], "--user is missing"],
  [["keys", "create", "--user"], "--user <value>' argument missing"],
  [["keys", "revoke"], "<id> is missing"],
  [["users", "list", "--json=yes"], "does not take an argument"],
])("the words %j end with the code for wrong use", async (words, message) => {
  const { exitCode, stdout, stderr } = await runCli(words, {});
  expect(exitCode).toBe(64);
  expect(stdout).toBe("");
  expect(stderr).toContain(message);
});

test("settings with problems end with the code for configuration and name all of them", async () => {
  const { exitCode, stderr } = await runCli(["keys", "list"], { GATEWAY_PORT: "x", DATABASE_POOL_SIZE: "0" });
  expect(exitCode).toBe(78);
  expect(stderr).toContain("GATEWAY_PORT");
  expect(stderr).toContain("DATABASE_POOL_SIZE");
});

test("a database that is away is said in one line", async () => {
  const DATABASE_URL = "postgresql://gaia:very-secret@127.0.0.1:1/gaia";
  const { exitCode, stderr } = await runCli(["keys", "list"], { DATABASE_URL });
  expect(exitCode).toBe(1);
  expect(stderr).toBe("gaia: The database cannot be reached (ECONNREFUSED). Check DATABASE_URL, then that it runs.\n");
});
