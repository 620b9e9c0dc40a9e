import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliWorld, createCliWorld } from "../testing/cli-world.ts";

let world: CliWorld;
beforeAll(async () => {
  world = await createCliWorld();
});
afterAll(() => world.testDatabase.drop());

async function storedKeys(): Promise<string[]> {
  const rows = await world.testDatabase.database.kysely
    .selectFrom("platform_secrets")
    .select("name")
    .where("name", "like", "identity-signing-key:%")
    .orderBy("created_at")
    .execute();
  return rows.map(({ name }) => name.slice("identity-signing-key:".length));
}

describe("tokens rotate", () => {
  test("adds a key and prints its id, but nothing of the key", async () => {
    const first = await world.run(["tokens", "rotate"]);
    const second = await world.run(["tokens", "rotate"]);

    expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/), stderr: "" });
    expect(await storedKeys()).toEqual([first.stdout.trim(), second.stdout.trim()]);
  });

  test("forgets the older ones when one got out", async () => {
    const { stdout } = await world.run(["tokens", "rotate", "--forget-older"]);

    expect(await storedKeys()).toEqual([stdout.trim()]);
  });
});
