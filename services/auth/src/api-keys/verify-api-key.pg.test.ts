import { sql } from "kysely";
import { afterEach, describe, expect, test, vi } from "vitest";
import { developmentKey } from "../first-start/development-key.ts";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { validateCredentials } from "../validation/validate-credentials.ts";
import { hashKeySecret } from "./key-secret.ts";
import { findKeyPrincipal } from "../testing/find-key-principal.ts";

const world = await openAuthWorld();
const hour = 3_600_000;
const ago = () => new Date(Date.now() - hour);
const ahead = () => new Date(Date.now() + hour);

describe("verifying a key", () => {
  test("gives its owner", async () => {
    const { deps, storeKey } = await world.setup();
    const key = await storeKey({ grants: { admin: true } });

    expect(await findKeyPrincipal(deps, key)).toEqual({
      kind: "api-key",
      userId: key.userId,
      email: key.email,
      apiKeyId: key.id,
      grants: { admin: true },
      limits: { requestsPerMinute: null, tokensPerMinute: null },
      permissions: expect.arrayContaining(["account:read", "chat:create", "model:read"]),
    });
  });

  test.each([
    ["an object", { admin: true, environment: "local" }, { admin: true, environment: "local" }],
    ["a list", ["kb:read"], ["kb:read"]],
    ["neither", "admin", {}],
    ["a list of other things", [1], {}],
  ])("takes grants that are %s", async (_what, stored, grants) => {
    const { deps, storeKey } = await world.setup();

    expect(await findKeyPrincipal(deps, await storeKey({ grants: stored }))).toMatchObject({ grants });
  });

  test.each([
    ["an inactive key", { isActive: false }, false],
    ["a key whose flag is null, as some of the original's are", { isActive: null }, true],
    ["a key of an inactive user", { ownerIsActive: false }, false],
    ["a key of a user whose flag is null", { ownerIsActive: null }, true],
  ])("of %s", async (_what, facts, isValid) => {
    const { deps, storeKey } = await world.setup();

    expect((await findKeyPrincipal(deps, await storeKey(facts))) !== null).toBe(isValid);
  });

  test("of a hash that nobody has gives nobody", async () => {
    const { deps } = await world.setup();

    expect(await findKeyPrincipal(deps, { keyHash: hashKeySecret("nobody's") })).toBeNull();
  });

  test("writes nothing about a key that does not work", async () => {
    const { deps, storeKey, kysely } = await world.setup();
    await findKeyPrincipal(deps, await storeKey({ isActive: false }));
    await deps.background.drain();

    expect(await kysely.selectFrom("api_keys").select("last_used_at").executeTakeFirst()).toEqual({
      last_used_at: null,
    });
  });
});

describe.each(["timestamp", "timestamptz"])("expiry in a column of type %s", (type) => {
  afterEach(() => void vi.unstubAllEnvs());

  const setup = async () => {
    await sql`alter table api_keys alter column expires_at type ${sql.raw(type)} using expires_at at time zone 'UTC'`.execute(
      world.kysely,
    );
    return world.setup();
  };

  test.each(["UTC", "Asia/Tokyo", "America/Los_Angeles"])("is the same moment on a machine in %s", async (zone) => {
    vi.stubEnv("TZ", zone);
    const { deps, storeKey } = await setup();
    const [past, future, never] = [
      await storeKey({ expiresAt: ago() }),
      await storeKey({ expiresAt: ahead() }),
      await storeKey(),
    ];

    expect(await findKeyPrincipal(deps, past)).toBeNull();
    expect(await findKeyPrincipal(deps, future)).not.toBeNull();
    expect(await findKeyPrincipal(deps, never)).not.toBeNull();
  });
});

describe("the use of a key", () => {
  const lastUse = async (id: string) => {
    const { rows } = await sql<{ at: string | null; age: number | null }>`
      select last_used_at::text as at, extract(epoch from now() - last_used_at)::float as age from api_keys where id = ${id}
    `.execute(world.kysely);
    return rows[0];
  };

  test("is stamped with the database's time", async () => {
    const { deps, storeKey } = await world.setup();
    const key = await storeKey();

    await findKeyPrincipal(deps, key);
    await deps.background.drain();

    expect((await lastUse(key.id))?.age).toBeLessThan(60);
  });

  test("is stamped once a minute at most", async () => {
    const { deps, storeKey, kysely } = await world.setup();
    const key = await storeKey();
    const stampAfter = async (seconds: number) => {
      await kysely
        .updateTable("api_keys")
        .set({ last_used_at: sql`now() - make_interval(secs => ${seconds})` })
        .where("id", "=", key.id)
        .execute();
      const before = await lastUse(key.id);
      await findKeyPrincipal(deps, key);
      await deps.background.drain();
      return (await lastUse(key.id))?.at !== before?.at;
    };

    expect(await stampAfter(50)).toBe(false);
    expect(await stampAfter(70)).toBe(true);
  });
});

describe("the development key", () => {
  test("works only where it is allowed, even though it is stored", async () => {
    const { deps, storeKey } = await world.setup();
    const key = await storeKey({ secret: developmentKey });

    expect(await findKeyPrincipal({ ...deps, isDevelopmentKeyAllowed: false }, key)).toBeNull();
    expect(await findKeyPrincipal({ ...deps, isDevelopmentKeyAllowed: true }, key)).toMatchObject({
      userId: key.userId,
    });
  });
});

describe("validating credentials", () => {
  const invalid = {
    valid: false,
    auth_type: "none",
    user_id: null,
    error: "No valid authentication credentials provided",
  };

  test("tells whose they are, as a key or in the place of a token", async () => {
    const { deps, storeKey } = await world.setup();
    const { secret, userId } = await storeKey();
    const valid = { valid: true, auth_type: "api_key", user_id: userId, error: null };

    expect(await validateCredentials(deps, { api_key: secret })).toEqual(valid);
    expect(await validateCredentials(deps, { token: secret })).toEqual(valid);
    expect(await validateCredentials(deps, { token: "wrong", api_key: secret })).toEqual(valid);
  });

  test.each([
    {},
    { token: null, api_key: null },
    { token: "", api_key: "" },
    { api_key: "wrong" },
    { token: "wrong", api_key: "wrong" },
  ])("answers %j as the original did, and not with an error", async (input) => {
    const { deps } = await world.setup();

    expect(await validateCredentials(deps, input)).toEqual(invalid);
  });

  test("does not tell an inactive key from an unknown one", async () => {
    const { deps, storeKey } = await world.setup();
    const { secret } = await storeKey({ isActive: false });

    expect(await validateCredentials(deps, { api_key: secret })).toEqual(invalid);
  });
});
