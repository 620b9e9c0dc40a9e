import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliWorld, createCliWorld } from "../testing/cli-world.ts";

let world: CliWorld;
beforeAll(async () => {
  world = await createCliWorld();
});
afterAll(() => world.testDatabase.drop());

test("a created account is listed with its address in lower case", async () => {
  const { stdout } = await world.run(["users", "create", "Ada@Example.org", "--name", "Ada", "--json"]);
  const created = JSON.parse(stdout);
  expect(created).toEqual({ id: expect.any(String), user: "ada@example.org", name: "Ada" });
  const list = await world.run(["users", "list", "--json"]);
  const row = { id: created.id, user: "ada@example.org", name: "Ada", active: true, created_at: expect.any(String) };
  expect(JSON.parse(list.stdout)).toContainEqual(row);
  expect((await world.run(["users", "list"])).stdout).toMatch(/ada@example\.org +Ada +yes/);
});

test("an address that is taken is a conflict and no crash", async () => {
  await world.run(["users", "create", "twice@example.org"]);
  const { exitCode, stderr } = await world.run(["users", "create", "TWICE@example.org"]);
  expect(exitCode).toBe(1);
  expect(stderr).toBe("gaia: This email is already registered\n");
});

test("what is no address is refused before the database is asked", async () => {
  const { exitCode, stderr } = await world.run(["users", "create", "ada"]);
  expect(exitCode).toBe(64);
  expect(stderr).toContain("<mail>: Not an e-mail address");
});
