import { describe, expect, test } from "vitest";
import { issueApiKey } from "../api-keys/issue-api-key.ts";
import { hashKeySecret } from "../api-keys/key-secret.ts";
import { revokeApiKey } from "../api-keys/revoke-api-key.ts";
import { findKeyPrincipal } from "../testing/find-key-principal.ts";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { createUser } from "../users/create-user.ts";
import { developmentEmail, developmentKey } from "./development-key.ts";
import { ensureFirstKey } from "./ensure-first-key.ts";

const world = await openAuthWorld();
const development = () => world.setup({ isDevelopmentKeyAllowed: true });
const production = () => world.setup({ isDevelopmentKeyAllowed: false });
const developmentHash = { keyHash: hashKeySecret(developmentKey) };

describe("the first start in development", () => {
  test("makes the well-known key work, for the well-known user", async () => {
    const { deps } = await development();

    expect(await ensureFirstKey(deps)).toEqual({ kind: "development", secret: developmentKey });
    expect(await findKeyPrincipal(deps, developmentHash)).toMatchObject({
      email: developmentEmail,
      grants: { admin: true, environment: "local" },
    });
  });

  test("changes nothing the second time, or where the original stored it", async () => {
    const { deps, kysely, storeKey } = await development();
    const { userId } = await storeKey({ secret: developmentKey });

    await ensureFirstKey(deps);
    expect(await ensureFirstKey(deps)).toEqual({ kind: "development", secret: developmentKey });

    expect(await kysely.selectFrom("api_keys").select("user_id").execute()).toEqual([{ user_id: userId }]);
  });

  test("gives the key to the user who is there already", async () => {
    const { deps } = await development();
    const user = await createUser(deps, { email: developmentEmail, name: "Mine" });

    await ensureFirstKey(deps);

    expect(await findKeyPrincipal(deps, developmentHash)).toMatchObject({ userId: user.id });
  });

  test("is the same for processes that start together", async () => {
    const { deps, kysely } = await development();

    const keys = await Promise.all([ensureFirstKey(deps), ensureFirstKey(deps), ensureFirstKey(deps)]);

    expect(keys.every(({ kind }) => kind === "development")).toBe(true);
    expect(await kysely.selectFrom("api_keys").select("id").execute()).toHaveLength(1);
  });

  test("does not promise the well-known key where somebody revoked it", async () => {
    const { deps, storeKey } = await development();
    await storeKey({ secret: developmentKey, isActive: false });

    const key = await ensureFirstKey(deps);

    expect(key.kind).toBe("created");
    expect(await findKeyPrincipal(deps, developmentHash)).toBeNull();
  });
});

describe("the first start elsewhere", () => {
  test("makes an administrator with a key that works, and tells it once", async () => {
    const { deps } = await production();

    const key = await ensureFirstKey(deps);

    expect(key).toMatchObject({ kind: "created", email: "admin@gaia.local" });
    const keyHash = hashKeySecret(key.kind === "created" ? key.secret : "");
    expect(await findKeyPrincipal(deps, { keyHash })).toMatchObject({
      email: "admin@gaia.local",
      grants: { admin: true },
    });
    expect(await ensureFirstKey(deps)).toEqual({ kind: "exists" });
  });

  test("tells one key to one of the processes that start together", async () => {
    const { deps, kysely } = await production();

    const keys = await Promise.all([ensureFirstKey(deps), ensureFirstKey(deps), ensureFirstKey(deps)]);

    expect(keys.filter(({ kind }) => kind === "created")).toHaveLength(1);
    expect(await kysely.selectFrom("api_keys").select("id").execute()).toHaveLength(1);
  });

  test("makes none where a key works already", async () => {
    const { deps, kysely } = await production();
    await createUser(deps, { email: "ada@example.test", name: null });
    await issueApiKey(deps, { email: "ada@example.test", name: "Hers", isAdmin: false, expiresAt: null });

    expect(await ensureFirstKey(deps)).toEqual({ kind: "exists" });
    expect(await kysely.selectFrom("api_keys").select("id").execute()).toHaveLength(1);
  });

  test("makes one where only the well-known key is stored, which stays refused", async () => {
    const { deps, storeKey } = await production();
    await storeKey({ secret: developmentKey });

    expect(await ensureFirstKey(deps)).toMatchObject({ kind: "created" });
    expect(await findKeyPrincipal(deps, developmentHash)).toBeNull();
  });

  test("makes one where the only key was revoked", async () => {
    const { deps, storeKey } = await production();
    const { id } = await storeKey();
    await revokeApiKey(deps, { id });

    expect(await ensureFirstKey(deps)).toMatchObject({ kind: "created" });
  });

  test("makes one where the only key has expired", async () => {
    const { deps, storeKey } = await production();
    await storeKey({ expiresAt: new Date(Date.now() - 60_000) });

    expect(await ensureFirstKey(deps)).toMatchObject({ kind: "created" });
  });

  test("uses the administrator who is there already", async () => {
    const { deps, kysely } = await production();
    await createUser(deps, { email: "admin@gaia.local", name: "Mine" });

    expect(await ensureFirstKey(deps)).toMatchObject({ kind: "created" });
    expect(await kysely.selectFrom("users").select("name").execute()).toEqual([{ name: "Mine" }]);
  });

  test("keeps the key's secret out of the log and the database", async () => {
    const { deps, kysely, lines } = await production();

    const key = await ensureFirstKey(deps);

    const stored = JSON.stringify([
      await kysely.selectFrom("api_keys").selectAll().execute(),
      await kysely.selectFrom("event_outbox").selectAll().execute(),
    ]);
    expect(stored + lines.join("")).not.toContain(key.kind === "created" ? key.secret : "?");
  });
});
