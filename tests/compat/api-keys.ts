import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson, type Person, type StartWorld, type World } from "../support/start-gaia.ts";
import { type Answer, jsonOf } from "../topology/requests.ts";

const path = "/api/v1/auth/api-keys";
const second = { timeout: 1000, interval: 20 };

/** The life of API keys over HTTP, as owners, administrators and strangers see it. */
export function describeApiKeys(name: string, startWorld: StartWorld): void {
  describe(`API keys, ${name}`, () => {
    let world: World;
    let person: Person;
    beforeAll(async () => {
      world = await startWorld();
      person = await createPerson(world);
    });
    afterAll(() => world?.stop());

    const call = (method: string, at: string, key: string, body?: object, requestId: string = randomUUID()) =>
      fetch(world.url + at, {
        method,
        headers: { "x-api-key": key, "x-request-id": requestId },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const make = async (body: object = {}, key = person.key): Promise<Answer> => {
      const response = await call("POST", path, key, { name: "A key", ...body });
      expect(response.status).toBe(201);
      return jsonOf(response);
    };
    const status = async (key: string, at = "/v1/models") => (await call("GET", at, key)).status;

    test("is made, used, looked at, changed, listed and revoked, and the secret is shown once", async () => {
      const made = await make({ name: "Unity", expires_at: "2126-01-01T00:00:00+01:00" });
      expect(made).toMatchObject({ name: "Unity", user_id: person.userId, scopes: null, is_active: true });
      expect(made.expires_at).toBe("2125-12-31T23:00:00.000Z");
      expect(await status(made.key)).toBe(200);

      const looked = await jsonOf(await call("GET", `${path}/${made.id}`, made.key));
      const { key, ...described } = made;
      expect(looked).toEqual({ ...described, last_used_at: expect.any(String) });
      expect(await jsonOf(await call("PATCH", `${path}/${made.id}`, made.key, { name: "Unreal" }))).toMatchObject({
        id: made.id,
        name: "Unreal",
      });
      const list = await (await call("GET", path, person.key)).text();
      expect(JSON.parse(list).api_keys).toContainEqual({ ...looked, name: "Unreal" });
      expect(list).not.toContain(key);

      const revoked = await call("DELETE", `${path}/${made.id}`, person.key);
      expect([revoked.status, await revoked.text()]).toEqual([204, ""]);
      await expect.poll(() => status(key), second).toBe(401);
      expect((await call("DELETE", `${path}/${made.id}`, person.key)).status).toBe(204);
      expect(await jsonOf(await call("GET", `${path}/${made.id}`, person.key))).toMatchObject({ is_active: false });
    });

    test("does what its scopes name and nothing else, and what they are changed to within a second", async () => {
      const { key, id } = await make({ scopes: ["chat:read", "kb:read:' or 1=1 --", "api-key:read"] });
      expect(await status(key)).toBe(200);
      expect((await call("POST", "/api/v1/chat", key, { message: "Hi" })).status).toBe(403);

      await call("PATCH", `${path}/${id}`, person.key, { scopes: ["api-key:read"] });

      await expect.poll(() => status(key), second).toBe(403);
      expect(await status(key, path)).toBe(200);
    });

    test("makes no key that is more than itself", async () => {
      const { key } = await make({ scopes: ["api-key:*", "chat:read"], requests_per_minute: 100 });
      const wish = { name: "x", scopes: ["chat:read"], requests_per_minute: 100 };

      for (const more of [{ scopes: ["*"] }, { scopes: null }, { scopes: ["chat:*"] }, { requests_per_minute: 101 }]) {
        const response = await call("POST", path, key, { ...wish, ...more });
        expect(response.status).toBe(403);
        expect(await jsonOf(response)).toMatchObject({ code: "FORBIDDEN", reason: "api_key.too_wide" });
      }
      expect((await call("POST", path, key, wish)).status).toBe(201);
    });

    test("of somebody else does not exist, but for administrators", async () => {
      const stranger = await createPerson(world);
      const at = `${path}/${person.keyId}`;
      for (const [method, body] of [["GET"], ["PATCH", { name: "Mine" }], ["DELETE"]] as const)
        expect((await call(method, at, stranger.key, body)).status).toBe(404);
      expect((await call("GET", `${path}?user_id=${person.userId}`, stranger.key)).status).toBe(404);
      expect((await call("POST", path, stranger.key, { name: "x", user_id: person.userId })).status).toBe(404);

      const made = await make({ user_id: stranger.userId }, world.key);
      expect(made.user_id).toBe(stranger.userId);
      const listed = await jsonOf(await call("GET", `${path}?user_id=${stranger.userId}`, world.key));
      expect(listed.api_keys.map(({ id }: Answer) => id)).toEqual([made.id, stranger.keyId]);
      expect((await call("DELETE", `${path}/${made.id}`, world.key)).status).toBe(204);
      await expect.poll(() => status(made.key), second).toBe(401);
    });

    test("that only pretends to be Gaia's is refused without anybody being asked", async () => {
      const requestId = randomUUID();
      const forged = `gaia_${"x".repeat(43)}00000000`;

      expect((await call("GET", "/v1/models", forged, undefined, requestId)).status).toBe(401);
      expect((await call("GET", "/v1/models", "unknown", undefined, `${requestId}-other`)).status).toBe(401);

      const asked = (id: string) =>
        world.logs().filter((line) => line["requestId"] === id && line["operation"] === "auth.verify-api-key");
      await expect.poll(() => asked(`${requestId}-other`)).toHaveLength(1);
      expect(asked(requestId)).toEqual([]);
    });

    test.each([
      ["nothing", {}],
      ["no name", { name: "  " }],
      ["a long name", { name: "x".repeat(256) }],
      ["a NUL", { name: "a\0b" }],
      ["half a character", { name: "\ud800" }],
      ["a number for a name", { name: 7 }],
      ["scopes that are none", { name: "x", scopes: ["chat"] }],
      ["scopes of nothing", { name: "x", scopes: ["chats:read"] }],
      ["a tricky path", { name: "x", scopes: ["kb:read:/kb/../../x"] }],
      ["many scopes", { name: "x", scopes: Array.from({ length: 101 }, () => "chat:read") }],
      ["an object of scopes", { name: "x", scopes: { admin: true } }],
      ["an end that is past", { name: "x", expires_at: "2020-01-01T00:00:00Z" }],
      ["an end that is none", { name: "x", expires_at: "tomorrow" }],
      ["an end beyond all calendars", { name: "x", expires_at: "9999-12-31T23:59:59-12:00" }],
      ["no requests", { name: "x", requests_per_minute: 0 }],
      ["parts of requests", { name: "x", requests_per_minute: 1.5 }],
      ["endless tokens", { name: "x", tokens_per_minute: 1e300 }],
      ["an owner that is none", { name: "x", user_id: "me" }],
    ])("is not made with %s: %j", async (_what, body) => {
      const response = await call("POST", path, world.key, body);

      expect(response.status).toBe(422);
      expect(await jsonOf(response)).toMatchObject({ code: "INVALID_INPUT" });
    });

    test.each(["x", "0", "'", "%00", "..", randomUUID().slice(1), `${randomUUID()}%20or%201=1`])(
      "is not named %s",
      async (id) => {
        for (const method of ["GET", "PATCH", "DELETE"])
          expect([404, 422]).toContain((await call(method, `${path}/${id}`, world.key)).status);
      },
    );

    test("stands in no log", async () => {
      const { key, id } = await make();
      await status(key);
      await call("DELETE", `${path}/${id}`, key);

      expect(JSON.stringify(world.logs())).not.toContain(key);
    });

    test("leaves its life in the audit trail", async () => {
      const { id } = await make();
      await call("PATCH", `${path}/${id}`, person.key, { tokens_per_minute: 9 });
      await call("DELETE", `${path}/${id}`, person.key);

      const trail = await world.database.kysely
        .selectFrom("permission_audit_log")
        .select(["event_type", "actor_id", "principal"])
        .where("target_id", "=", id)
        .orderBy("sequence")
        .execute();
      const by = { actor_id: person.userId, principal: { kind: "api-key", api_key_id: person.keyId } };
      expect(trail).toEqual(
        ["api_key.issued", "api_key.changed", "api_key.revoked"].map((event_type) => ({ event_type, ...by })),
      );
    });
  });
}
