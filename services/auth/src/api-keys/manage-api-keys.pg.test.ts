import { apiKeys, auth, isGaiaError, type Principal } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { assignGlobalRole } from "../access/assign-global-role.ts";
import { findKeyPrincipal } from "../testing/find-key-principal.ts";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { createUser } from "../users/create-user.ts";
import { changeApiKey } from "./change-api-key.ts";
import { createApiKey } from "./create-api-key.ts";
import { apiKeyHandlers } from "./handlers.ts";
import { issueApiKey } from "./issue-api-key.ts";
import { hashKeySecret } from "./key-secret.ts";
import { listApiKeys } from "./list-api-keys.ts";

const world = await openAuthWorld();
const tomorrow = "2126-11-25T12:00:00.000Z";
const afterTomorrow = "2126-11-26T12:00:00.000Z";

type NewKey = Parameters<typeof createApiKey>[2];
type Change = Omit<Parameters<typeof changeApiKey>[2], "key_id">;

/** Ada, who is signed in, Grace beside her, and what they can do. */
async function setup() {
  const { deps, kysely } = await world.setup();
  const ada = await createUser(deps, { email: "ada@example.test", name: "Ada" });
  const grace = await createUser(deps, { email: "grace@example.test", name: "Grace" });
  await kysely.deleteFrom("event_outbox").execute();
  const session = (user: { readonly id: string; readonly email: string }): Auditor => ({
    principal: { kind: "user", userId: user.id, email: user.email, sessionId: null, permissions: [] },
    requestId: "request-1",
    client: { address: "192.0.2.1", userAgent: null },
  });
  const byKey = async (secret: string): Promise<Auditor> => {
    const principal = await findKeyPrincipal(deps, { keyHash: hashKeySecret(secret) });
    if (principal === null) throw new Error("The key does not work");
    return { principal, requestId: "request-2" };
  };
  const create = (caller: Auditor, input: Partial<NewKey> = {}) =>
    createApiKey(deps, caller, apiKeys.createApiKey.input.parse({ name: "A key", ...input }));
  const change = (caller: Auditor, key_id: string, input: Change) =>
    changeApiKey(deps, caller, apiKeys.changeApiKey.input.parse({ ...input, key_id }));
  const list = (caller: Auditor, query: Record<string, unknown> = {}) =>
    listApiKeys(deps, caller, apiKeys.listApiKeys.input.parse(query));
  const binding = (name: string) => apiKeyHandlers(deps).find(({ contract }) => contract.name === name);
  const run = (name: string, caller: Auditor, key_id: string) => {
    const context = { ...caller, requestId: "request-3", log: deps.log, signal: new AbortController().signal };
    return binding(name)?.handle(context, { key_id } as never);
  };
  const principalOf = (secret: string) => findKeyPrincipal(deps, { keyHash: hashKeySecret(secret) });
  const audit = async (id: string) =>
    kysely
      .selectFrom("permission_audit_log")
      .select(["event_type", "actor_id", "target_user_id", "request_id", "permission_details"])
      .where("target_id", "=", id)
      .orderBy("sequence")
      .execute();
  const events = async () => {
    const rows = await kysely.selectFrom("event_outbox").select(["subject", "payload"]).orderBy("id").execute();
    return rows.filter(({ subject }) => !subject.startsWith("gaia.auth.api_key.changed"));
  };
  return { deps, kysely, ada, grace, session, byKey, create, change, list, run, principalOf, audit, events };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) => (isGaiaError(error) ? `${error.status} ${error.reason ?? error.message}` : String(error)),
  );
}

describe("a key that somebody makes", () => {
  test("is shown once, works, and leaves a trace without itself", async () => {
    const { ada, session, create, principalOf, audit, events } = await setup();

    const made = await create(session(ada), {
      name: "  Unity build  ",
      scopes: ["chat:create", "chat:read", "chat:create"],
      expires_at: tomorrow,
      requests_per_minute: 100,
      tokens_per_minute: 5000,
    });

    expect(made).toEqual({
      id: expect.any(String),
      key: expect.stringMatching(/^gaia_[\w-]{51}$/),
      user_id: ada.id,
      name: "Unity build",
      prefix: made.key.slice(0, 9),
      scopes: ["chat:create", "chat:read"],
      requests_per_minute: 100,
      tokens_per_minute: 5000,
      created_at: expect.any(String),
      expires_at: tomorrow,
      last_used_at: null,
      is_active: true,
    });
    expect(await principalOf(made.key)).toMatchObject({
      grants: ["chat:create", "chat:read"],
      limits: { requestsPerMinute: 100, tokensPerMinute: 5000 },
      permissions: ["chat:create", "conversation:read", "model:read", "persona:read"],
    });
    const trace = [await audit(made.id), await events()];
    expect(trace[0]).toEqual([
      {
        event_type: "api_key.issued",
        actor_id: ada.id,
        target_user_id: ada.id,
        request_id: "request-1",
        permission_details: {
          after: {
            name: "Unity build",
            scopes: ["chat:create", "chat:read"],
            expires_at: tomorrow,
            requests_per_minute: 100,
            tokens_per_minute: 5000,
          },
        },
      },
    ]);
    expect(trace[1]).toMatchObject([{ subject: auth.apiKeyIssued.subject, payload: { api_key_id: made.id } }]);
    expect(JSON.stringify(trace)).not.toContain(made.key);
  });

  test("without scopes may do what its user may", async () => {
    const { ada, session, create, principalOf } = await setup();

    for (const scopes of [undefined, null, []]) {
      const made = await create(session(ada), { scopes });
      expect(made.scopes).toBeNull();
      expect(await principalOf(made.key)).toMatchObject({
        grants: {},
        permissions: expect.arrayContaining(["api-key:write"]),
      });
    }
  });

  test.each([
    ["chats:read", "422"],
    ["chat:reed", "422"],
    ["kb:read:/kb/../x", "422"],
    ["chat", "422"],
    ["", "422"],
    ["CHAT:read", "422"],
    ["chat:read:/a/*/b", "422"],
  ])("cannot state the scope %j", async (scope, expected) => {
    const { ada, session, create } = await setup();
    const parsed = apiKeys.createApiKey.input.safeParse({ name: "x", scopes: [scope] });

    const outcome = parsed.success ? await failureOf(create(session(ada), parsed.data)) : "422";
    expect(outcome.slice(0, 3)).toBe(expected);
  });

  test("can state scopes that roles and routes know, and those of permissions that administrators made", async () => {
    const { ada, session, create, kysely } = await setup();
    const resource_type = `game-${crypto.randomUUID()}`;
    await kysely.insertInto("permissions").values({ resource_type, action: "play" }).execute();

    const scopes = [
      "*:read",
      "chat:*",
      "admin:users",
      "api-key:write",
      "kb:write:/kb/shared/*",
      `${resource_type}:play`,
    ];
    expect(await create(session(ada), { scopes })).toMatchObject({ scopes });
  });

  test("cannot have ended before it began", async () => {
    const { ada, session, create } = await setup();

    expect(await failureOf(create(session(ada), { expires_at: "2020-01-01T00:00:00Z" }))).toMatch(/^422/);
  });

  test("has no higher limit than the installation's unless an administrator says so", async () => {
    const { ada, session, create, change, kysely } = await setup();
    const { id } = await create(session(ada), { requests_per_minute: 1200, tokens_per_minute: 1_000_000 });
    expect(await failureOf(create(session(ada), { requests_per_minute: 1201 }))).toBe("403 api_key.too_wide");
    expect(await failureOf(change(session(ada), id, { requests_per_minute: 1201 }))).toBe("403 api_key.too_wide");

    await assignGlobalRole(kysely, { userId: ada.id, roleName: "admin" });

    expect(await create(session(ada), { requests_per_minute: 1201 })).toMatchObject({ requests_per_minute: 1201 });
    expect(await change(session(ada), id, { requests_per_minute: 1201 })).toMatchObject({ requests_per_minute: 1201 });
  });

  test("is one of a hundred at most, also when many are made at once; those that are over do not count", async () => {
    const { ada, session, create, kysely } = await setup();
    const rows = Array.from({ length: 120 }, (_, index) => ({
      user_id: ada.id,
      key_hash: index.toString(16).padStart(64, "0"),
      is_active: index >= 10,
      expires_at: index < 15 ? new Date("2020-01-01") : null,
    }));
    await kysely.insertInto("api_keys").values(rows.slice(0, 110)).execute();

    const outcomes = await Promise.all(Array.from({ length: 10 }, () => failureOf(create(session(ada)))));

    expect(outcomes.toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => "409 api_key.too_many"),
      ...Array.from({ length: 5 }, () => "none"),
    ]);
  });
});

describe("a key that makes keys", () => {
  async function keyOf(bounds: Partial<NewKey>) {
    const base = await setup();
    const { key, id } = await base.create(base.session(base.ada), bounds);
    return { ...base, id, caller: await base.byKey(key) };
  }

  test("without bounds may give what a session may, but no more than itself is not less", async () => {
    const { create, caller } = await keyOf({});

    expect(await create(caller, { expires_at: tomorrow, requests_per_minute: 10 })).toMatchObject({ scopes: null });
  });

  test.each([
    ["no scopes", { scopes: null }, "403 api_key.too_wide"],
    ["everything", { scopes: ["*"] }, "403 api_key.too_wide"],
    ["another type", { scopes: ["chat:read", "asset:read"] }, "403 api_key.too_wide"],
    ["another action", { scopes: ["chat:create"] }, "403 api_key.too_wide"],
    ["its own scopes", { scopes: ["chat:read", "api-key:write", "kb:read:/kb/a/*"] }, "none"],
    ["fewer", { scopes: ["chat:read"] }, "none"],
    ["narrower ones", { scopes: ["kb:read:/kb/a/b"] }, "none"],
  ] as const)("gives of its scopes %s: %j", async (_what, { scopes }, expected) => {
    const { create, caller } = await keyOf({ scopes: ["chat:read", "api-key:*", "kb:read:/kb/a/*"] });

    expect(await failureOf(create(caller, { scopes: scopes === null ? null : [...scopes] }))).toBe(expected);
  });

  test.each([
    ["no end", {}, "403 api_key.too_wide"],
    ["a later end", { expires_at: afterTomorrow }, "403 api_key.too_wide"],
    ["the same end", { expires_at: tomorrow }, "none"],
  ])("gives %s: %j", async (_what, wish, expected) => {
    const { create, caller } = await keyOf({ expires_at: tomorrow });

    expect(await failureOf(create(caller, wish))).toBe(expected);
  });

  test.each([
    ["no limits", {}, "403 api_key.too_wide"],
    ["one of them", { requests_per_minute: 10 }, "403 api_key.too_wide"],
    ["a higher limit", { requests_per_minute: 11, tokens_per_minute: 100 }, "403 api_key.too_wide"],
    ["the same limits", { requests_per_minute: 10, tokens_per_minute: 100 }, "none"],
  ])("gives %s: %j", async (_what, wish, expected) => {
    const { create, caller } = await keyOf({ requests_per_minute: 10, tokens_per_minute: 100 });

    expect(await failureOf(create(caller, wish))).toBe(expected);
  });

  test("makes none once it is revoked, even where a gateway does not know it yet", async () => {
    const { create, caller, run, session, ada, id } = await keyOf({});
    await run("auth.revoke-api-key", session(ada), id);

    expect(await failureOf(create(caller))).toBe("401 credentials.invalid");
  });

  test("takes those that it made, and those that they made, along when it is revoked, and nothing else", async () => {
    const { create, caller, byKey, run, session, ada, id, audit, principalOf } = await keyOf({});
    const other = await create(session(ada));
    const child = await create(caller);
    const grandchild = await create(await byKey(child.key));

    await run("auth.revoke-api-key", session(ada), id);

    expect(await Promise.all([child, grandchild].map(({ key }) => principalOf(key)))).toEqual([null, null]);
    expect(await principalOf(other.key)).not.toBeNull();
    expect((await audit(grandchild.id)).map(({ event_type }) => event_type)).toEqual([
      "api_key.issued",
      "api_key.revoked",
    ]);
  });

  test("either makes one before it is revoked, which ends with it, or none", async () => {
    const { create, caller, run, session, ada, id, list } = await keyOf({});

    await Promise.all([failureOf(create(caller)), run("auth.revoke-api-key", session(ada), id)]);

    const working = (await list(session(ada))).api_keys.filter(({ is_active }) => is_active);
    expect(working).toEqual([]);
  });
});

describe("a change of a key", () => {
  test("keeps what it does not name, counts at once, and is told to everybody", async () => {
    const { ada, session, create, change, principalOf, audit, events } = await setup();
    const { key, id } = await create(session(ada), { scopes: ["chat:read"], expires_at: tomorrow });

    const changed = await change(session(ada), id, { name: "Renamed", scopes: ["chat:*"], requests_per_minute: 7 });

    expect(changed).toMatchObject({
      name: "Renamed",
      scopes: ["chat:*"],
      requests_per_minute: 7,
      expires_at: tomorrow,
    });
    expect(changed).not.toHaveProperty("key");
    expect(await principalOf(key)).toMatchObject({ grants: ["chat:*"], limits: { requestsPerMinute: 7 } });
    expect((await audit(id)).at(-1)).toMatchObject({
      event_type: "api_key.changed",
      permission_details: {
        before: { name: "A key", scopes: ["chat:read"], requests_per_minute: null },
        after: { name: "Renamed", scopes: ["chat:*"], requests_per_minute: 7 },
      },
    });
    expect((await events()).at(-1)).toMatchObject({
      subject: auth.accessChanged.subject,
      payload: { user_ids: [ada.id] },
    });
  });

  test("takes bounds away with null", async () => {
    const { ada, session, create, change } = await setup();
    const { id } = await create(session(ada), { scopes: ["chat:read"], expires_at: tomorrow, tokens_per_minute: 5 });

    expect(await change(session(ada), id, { scopes: null, expires_at: null, tokens_per_minute: null })).toMatchObject({
      scopes: null,
      expires_at: null,
      tokens_per_minute: null,
    });
  });

  test("that changes nothing leaves no trace", async () => {
    const { ada, session, create, change, audit } = await setup();
    const { id } = await create(session(ada));
    await change(session(ada), id, {});
    await change(session(ada), id, { name: "A key", scopes: null });

    expect(await audit(id)).toHaveLength(1);
  });

  test("keeps what the original noted in a key until somebody states scopes", async () => {
    const { deps, ada, session, change, kysely } = await setup();
    const { id } = await issueApiKey(deps, { email: ada.email, name: "Old", isAdmin: false, expiresAt: null });
    const permissions = { admin: true, environment: "local" };
    await kysely
      .updateTable("api_keys")
      .set({ permissions: JSON.stringify(permissions) })
      .where("id", "=", id)
      .execute();
    const stored = async () =>
      (await kysely.selectFrom("api_keys").select("permissions").where("id", "=", id).executeTakeFirst())?.permissions;

    expect(await change(session(ada), id, { name: "Older" })).toMatchObject({ scopes: ["*"] });
    expect(await stored()).toEqual(permissions);
    await change(session(ada), id, { scopes: ["chat:read"] });
    expect(await stored()).toEqual(["chat:read"]);
  });

  test("by a key narrows scopes and never widens them, not even where the key has more", async () => {
    const { ada, session, create, change, byKey } = await setup();
    const { id } = await create(session(ada), { scopes: ["chat:read", "chat:create"] });
    const whole = await byKey((await create(session(ada))).key);

    expect(await failureOf(change(whole, id, { scopes: ["chat:*"] }))).toBe("403 api_key.too_wide");
    expect(await failureOf(change(whole, id, { scopes: null }))).toBe("403 api_key.too_wide");
    expect(await change(whole, id, { scopes: ["chat:read"] })).toMatchObject({ scopes: ["chat:read"] });
    expect(await failureOf(change(whole, id, { scopes: ["chat:read", "chat:create"] }))).toBe("403 api_key.too_wide");
  });

  test("by a key gives no more time and no higher limit than that key has, but may leave what is there", async () => {
    const { ada, session, create, change, byKey } = await setup();
    const wide = await create(session(ada), { expires_at: afterTomorrow, requests_per_minute: 50 });
    const narrow = await byKey((await create(session(ada), { expires_at: tomorrow, requests_per_minute: 10 })).key);

    expect(await failureOf(change(narrow, wide.id, { name: "Renamed" }))).toBe("none");
    expect(await failureOf(change(narrow, wide.id, { expires_at: null }))).toBe("403 api_key.too_wide");
    expect(await failureOf(change(narrow, wide.id, { requests_per_minute: 51 }))).toBe("403 api_key.too_wide");
    expect(await failureOf(change(narrow, wide.id, { requests_per_minute: 40 }))).toBe("none");
    expect(await failureOf(change(narrow, wide.id, { requests_per_minute: 5, expires_at: tomorrow }))).toBe("none");
    expect(await failureOf(change(narrow, wide.id, { requests_per_minute: 10 }))).toBe("none");
  });

  test("of itself is no way up for a key", async () => {
    const { ada, session, create, change, byKey } = await setup();
    const made = await create(session(ada), { scopes: ["api-key:*"], expires_at: tomorrow, requests_per_minute: 10 });
    const itself = await byKey(made.key);

    for (const wish of [
      { scopes: ["*"] },
      { expires_at: null },
      { requests_per_minute: 11 },
      { requests_per_minute: null },
    ])
      expect(await failureOf(change(itself, made.id, wish))).toBe("403 api_key.too_wide");
    expect(await failureOf(change(itself, made.id, { name: "Mine" }))).toBe("none");
  });

  test("does not bring back a revoked one", async () => {
    const { ada, session, create, change, run } = await setup();
    const { id } = await create(session(ada));
    await run("auth.revoke-api-key", session(ada), id);

    expect(await failureOf(change(session(ada), id, { name: "Back" }))).toBe("409 api_key.revoked");
  });
});

describe("the list", () => {
  test("has one's own keys page by page, the newest first, and never what they open", async () => {
    const { ada, grace, session, create, list } = await setup();
    await create(session(grace));
    const made = [];
    for (let index = 0; index < 5; index += 1) made.unshift(await create(session(ada), { name: `Key ${index}` }));

    const first = await list(session(ada), { limit: 2 });
    const second = await list(session(ada), { limit: 2, cursor: first.next_cursor });
    const third = await list(session(ada), { limit: 2, cursor: second.next_cursor });

    const all = [...first.api_keys, ...second.api_keys, ...third.api_keys];
    expect(all.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    expect(third.next_cursor).toBeNull();
    for (const { key } of made) expect(JSON.stringify(all)).not.toContain(key);
    expect(JSON.stringify(all)).not.toMatch(/[0-9a-f]{64}/);
  });

  test("misses and doubles none that were stored in the same moment", async () => {
    const { ada, session, list, kysely } = await setup();
    const rows = Array.from({ length: 7 }, (_, index) => ({
      user_id: ada.id,
      key_hash: index.toString(16).padStart(64, "0"),
      created_at: index < 5 ? new Date("2026-01-01") : null,
    }));
    await kysely.insertInto("api_keys").values(rows).execute();

    const ids: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Awaited<ReturnType<typeof list>> = await list(session(ada), { limit: 2, ...(cursor && { cursor }) });
      ids.push(...page.api_keys.map(({ id }) => id));
      cursor = page.next_cursor;
    }

    expect(ids).toHaveLength(7);
    expect(new Set(ids).size).toBe(7);
  });

  test.each([
    "x",
    "MTIz",
    Buffer.from("1 ' or 1=1").toString("base64url"),
    Buffer.from(`${"9".repeat(40)} x`).toString("base64url"),
  ])("does not take the cursor %j", async (cursor) => {
    const { ada, session, list } = await setup();

    expect(await failureOf(list(session(ada), { cursor }))).toMatch(/^422/);
  });

  test("says which keys work", async () => {
    const { ada, session, create, list, run, kysely } = await setup();
    const [revoked, expired] = [await create(session(ada)), await create(session(ada))];
    await run("auth.revoke-api-key", session(ada), revoked.id);
    await kysely
      .updateTable("api_keys")
      .set({ expires_at: sql`now() - interval '1 minute'` })
      .where("id", "=", expired.id)
      .execute();
    const working = await create(session(ada));

    expect((await list(session(ada))).api_keys.filter(({ is_active }) => is_active).map(({ id }) => id)).toEqual([
      working.id,
    ]);
  });

  test("shows a key only what its scopes name", async () => {
    const { ada, session, create, byKey, list } = await setup();
    const shown = await create(session(ada));
    const key = await create(session(ada), { scopes: [`api-key:read:${shown.id}`] });

    expect((await list(await byKey(key.key))).api_keys.map(({ id }) => id)).toEqual([shown.id]);
  });
});

describe("the keys of others", () => {
  test("do not exist for whoever is no administrator", async () => {
    const { ada, grace, session, create, change, list, run, principalOf } = await setup();
    const { id, key } = await create(session(grace));

    expect(await failureOf(list(session(ada), { user_id: grace.id }))).toMatch(/^404/);
    expect(await failureOf(create(session(ada), { user_id: grace.id }))).toMatch(/^404/);
    expect(await failureOf(change(session(ada), id, { name: "Mine" }))).toMatch(/^404/);
    for (const name of ["auth.get-api-key", "auth.revoke-api-key"])
      expect(await failureOf(Promise.resolve(run(name, session(ada), id)))).toMatch(/^404/);
    expect(await failureOf(Promise.resolve(run("auth.get-api-key", session(ada), crypto.randomUUID())))).toMatch(
      /^404/,
    );
    expect(await principalOf(key)).not.toBeNull();
  });

  test("are an administrator's to list, make, change and revoke, which is told as theirs", async () => {
    const { ada, grace, session, create, change, list, run, principalOf, kysely, audit } = await setup();
    await assignGlobalRole(kysely, { userId: ada.id, roleName: "admin" });

    const made = await create(session(ada), { user_id: grace.id });
    expect(await principalOf(made.key)).toMatchObject({ userId: grace.id });
    expect((await list(session(ada), { user_id: grace.id })).api_keys.map(({ id }) => id)).toEqual([made.id]);
    expect(await run("auth.get-api-key", session(ada), made.id)).toMatchObject({ id: made.id });
    await change(session(ada), made.id, { name: "Changed" });
    await run("auth.revoke-api-key", session(ada), made.id);

    expect(await principalOf(made.key)).toBeNull();
    for (const entry of await audit(made.id))
      expect(entry).toMatchObject({ actor_id: ada.id, target_user_id: grace.id });
    expect(await failureOf(list(session(ada), { user_id: crypto.randomUUID() }))).toMatch(/^404/);
  });

  test("are out of reach for a key of an administrator that is not for that", async () => {
    const { ada, grace, session, create, byKey, list, kysely } = await setup();
    await assignGlobalRole(kysely, { userId: ada.id, roleName: "admin" });
    const keys = await create(session(ada), { scopes: ["api-key:*"] });
    const users = await create(session(ada), { scopes: ["api-key:*", "admin:users"] });

    expect(await failureOf(list(await byKey(keys.key), { user_id: grace.id }))).toMatch(/^404/);
    expect(await failureOf(list(await byKey(users.key), { user_id: grace.id }))).toBe("none");
    expect(await failureOf(create(await byKey(users.key), { user_id: grace.id }))).toBe("403 api_key.too_wide");
  });

  test("are no way up: nobody makes, changes or revokes one of who administers more", async () => {
    const { ada, grace, session, create, change, run, kysely } = await setup();
    await assignGlobalRole(kysely, { userId: ada.id, roleName: "admin" });
    await assignGlobalRole(kysely, { userId: grace.id, roleName: "super_admin" });
    const { id } = await create(session(grace), { scopes: ["chat:read"] });

    expect(await failureOf(create(session(ada), { user_id: grace.id }))).toBe("403 permission.target_above");
    expect(await failureOf(change(session(ada), id, { scopes: null }))).toBe("403 permission.target_above");
    const revoking = async () => run("auth.revoke-api-key", session(ada), id);
    expect(await failureOf(revoking())).toBe("403 permission.target_above");
  });
});

describe("revoking", () => {
  test("ends a key once; once more changes nothing", async () => {
    const { ada, session, create, run, principalOf, audit, events } = await setup();
    const { id, key } = await create(session(ada));

    await run("auth.revoke-api-key", session(ada), id);
    await run("auth.revoke-api-key", session(ada), id);

    expect(await principalOf(key)).toBeNull();
    expect((await audit(id)).map(({ event_type }) => event_type)).toEqual(["api_key.issued", "api_key.revoked"]);
    expect((await events()).map(({ subject }) => subject)).toEqual([
      auth.apiKeyIssued.subject,
      auth.apiKeyRevoked.subject,
    ]);
  });

  test("by the command line is told as nobody's", async () => {
    const { deps, ada, audit } = await setup();
    const { id } = await issueApiKey(deps, { email: ada.email, name: "Old", isAdmin: false, expiresAt: null });

    expect(await audit(id)).toMatchObject([{ event_type: "api_key.issued", actor_id: null, target_user_id: ada.id }]);
  });
});

test("two keys that change each other at once do not wait for ever", async () => {
  const { ada, session, create, change, byKey } = await setup();
  const [one, two] = [await create(session(ada)), await create(session(ada))];
  const [first, second]: Auditor[] = [await byKey(one.key), await byKey(two.key)];
  if (first === undefined || second === undefined) throw new Error("No callers");

  const all = Array.from({ length: 10 }, (_, index) => [
    change(first, two.id, { name: `by one ${index}` }),
    change(second, one.id, { name: `by two ${index}` }),
  ]).flat();

  expect(await Promise.all(all.map(failureOf))).toEqual(all.map(() => "none"));
});

test("a service that acts for nobody has no keys", async () => {
  const { list } = await setup();
  const principal: Principal = { kind: "service", name: "chat" };

  expect(await failureOf(list({ principal, requestId: null }))).toMatch(/^403/);
});
