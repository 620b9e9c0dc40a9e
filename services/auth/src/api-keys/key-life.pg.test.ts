import { auth } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { createUser } from "../users/create-user.ts";
import { listKeys } from "./api-key-repository.ts";
import { issueApiKey } from "./issue-api-key.ts";
import { hashKeySecret } from "./key-secret.ts";
import { revokeApiKey } from "./revoke-api-key.ts";
import { findKeyPrincipal } from "../testing/find-key-principal.ts";

const world = await openAuthWorld();

async function setup() {
  const base = await world.setup();
  const user = await createUser(base.deps, { email: "ada@example.test", name: "Ada" });
  await base.kysely.deleteFrom("event_outbox").execute();
  const issue = (more: Partial<Parameters<typeof issueApiKey>[1]> = {}) =>
    issueApiKey(base.deps, { email: user.email, name: "Laptop", isAdmin: false, expiresAt: null, ...more });
  const outbox = () => base.kysely.selectFrom("event_outbox").select(["subject", "payload"]).orderBy("id").execute();
  return { ...base, user, issue, outbox };
}

describe("a key", () => {
  test("that is issued works, until it is revoked", async () => {
    const { deps, issue, user } = await setup();
    const { id, secret } = await issue();
    const keyHash = hashKeySecret(secret);

    expect(await findKeyPrincipal(deps, { keyHash })).toMatchObject({ apiKeyId: id, userId: user.id, grants: {} });
    await revokeApiKey(deps, { id });

    expect(await findKeyPrincipal(deps, { keyHash })).toBeNull();
  });

  test("tells of its issue and its end in the outbox, with its hash for the caches and not itself", async () => {
    const { deps, issue, outbox, user } = await setup();
    const { id, secret } = await issue();
    await revokeApiKey(deps, { id });

    const payload = {
      api_key_id: id,
      user_id: user.id,
      key_hash: hashKeySecret(secret),
      timestamp: "2026-11-24T12:00:00.000Z",
    };
    expect(await outbox()).toEqual([
      { subject: auth.apiKeyIssued.subject, payload },
      { subject: auth.apiKeyRevoked.subject, payload },
    ]);
    expect(JSON.stringify(await outbox())).not.toContain(secret);
  });

  test("is stored as hash and prefix only", async () => {
    const { issue, kysely } = await setup();
    const { secret } = await issue();

    const row = await kysely.selectFrom("api_keys").selectAll().executeTakeFirstOrThrow();

    expect(row).toMatchObject({ key_hash: hashKeySecret(secret), key_prefix: secret.slice(0, 9), name: "Laptop" });
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  test("of an administrator says so", async () => {
    const { deps, issue } = await setup();
    const { secret } = await issue({ isAdmin: true });

    expect(await findKeyPrincipal(deps, { keyHash: hashKeySecret(secret) })).toMatchObject({ grants: { admin: true } });
  });

  test("ends when it is told to", async () => {
    const { deps, issue } = await setup();
    const { secret } = await issue({ expiresAt: new Date(Date.now() - 1000) });

    expect(await findKeyPrincipal(deps, { keyHash: hashKeySecret(secret) })).toBeNull();
  });

  test("is issued to nobody who is not there, and then nothing is stored", async () => {
    const { issue, outbox, kysely } = await setup();

    await expect(issue({ email: "nobody@example.test" })).rejects.toMatchObject({ code: "NOT_FOUND" });

    expect(await outbox()).toEqual([]);
    expect(await kysely.selectFrom("api_keys").select("id").execute()).toEqual([]);
  });

  test("that cannot be stored leaves no event", async () => {
    const { issue, outbox } = await setup();
    await issue({ secret: "the same" });

    await expect(issue({ secret: "the same" })).rejects.toThrow();

    expect(await outbox()).toHaveLength(1);
  });

  test.each(["twice", "never issued"])("cannot be revoked when it was %s", async (which) => {
    const { deps, issue, outbox } = await setup();
    const { id } = await issue();
    if (which === "twice") await revokeApiKey(deps, { id });
    const before = await outbox();

    const again = revokeApiKey(deps, { id: which === "twice" ? id : crypto.randomUUID() });

    await expect(again).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await outbox()).toEqual(before);
  });
});

describe("listing keys", () => {
  test("shows each with its owner and state, and no secret", async () => {
    const { deps, issue, kysely } = await setup();
    await createUser(deps, { email: "grace@example.test", name: null });
    const first = await issue({ name: "First" });
    const second = await issue({ name: "Second", email: "grace@example.test" });
    await revokeApiKey(deps, { id: first.id });

    const all = await listKeys(kysely, undefined);

    expect(all.map(({ name, email, isActive }) => ({ name, email, isActive }))).toEqual([
      { name: "First", email: "ada@example.test", isActive: false },
      { name: "Second", email: "grace@example.test", isActive: true },
    ]);
    expect(await listKeys(kysely, "grace@example.test")).toMatchObject([
      { id: second.id, prefix: second.secret.slice(0, 9) },
    ]);
    expect(JSON.stringify(all)).not.toContain(second.secret);
  });
});

describe("a user", () => {
  test("has an address without blanks and capitals, once", async () => {
    const { deps } = await setup();

    expect(await createUser(deps, { email: " Grace@Example.TEST ", name: null })).toMatchObject({
      email: "grace@example.test",
    });
    await expect(createUser(deps, { email: "GRACE@example.test", name: null })).rejects.toMatchObject({
      code: "CONFLICT",
      reason: "user.exists",
    });
  });

  test("is found for a key by that address, however it is written", async () => {
    const { issue } = await setup();

    await expect(issue({ email: " Ada@Example.test" })).resolves.toMatchObject({ id: expect.any(String) });
  });
});
