import { createTestDatabase } from "@gaia/db/testing";
import { expect, test } from "vitest";
import { openIdentityWorld } from "../testing/open-identity-world.ts";
import { openProvider } from "./open-provider.ts";
import { createOwnSchemaCheck } from "./own-schema.ts";
import { isUserBanned } from "./accounts/is-user-banned.ts";

const { setup } = await openIdentityWorld();

test("without a project there is a provider", async () => {
  const { deps } = await setup();

  expect(await openProvider(deps)).toBe(deps);
});

test("with a Supabase project there is none here", async () => {
  await expect(openProvider(null)).rejects.toMatchObject({ status: 404, reason: "identity.provider_elsewhere" });
  expect(await isUserBanned(null, crypto.randomUUID())).toBe(false);
});

test("in a database whose accounts are somebody else's there is none either, and they are not read", async () => {
  const { deps } = await setup();
  const { database, drop } = await createTestDatabase({ isMigrated: false });
  try {
    const foreign = { ...deps, kysely: database.kysely, hasOwnSchema: createOwnSchemaCheck(database.kysely) };

    await expect(openProvider(foreign)).rejects.toMatchObject({ status: 501, reason: "identity.foreign_schema" });
    expect(await isUserBanned(foreign, crypto.randomUUID())).toBe(false);
  } finally {
    await drop();
  }
});
