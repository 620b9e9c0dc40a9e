import { randomUUID } from "node:crypto";
import { issueApiKey, revokeApiKey } from "@gaia/auth";
import { beforeAll, describe, expect, test } from "vitest";
import { createPerson, type Person } from "../support/start-gaia.ts";
import { jsonOf } from "../topology/requests.ts";
import type { GatewayWorld } from "./gateway.ts";

const missing = "Not authenticated. Provide a valid JWT or API Key.";
const invalid = "Could not validate credentials";

// gateway-auth.md 5.1, with the decisions of the contract's README
export function describeCredentials({ world }: GatewayWorld): void {
  const ask = (headers: Readonly<Record<string, string>>, path = "/api/v1/chat/personas") =>
    fetch(world().url + path, { headers });

  describe("credentials", () => {
    let person: Person;
    beforeAll(async () => {
      person = await createPerson(world());
    });

    test.each([
      ["none", {}],
      ["an empty key", { "x-api-key": "" }],
      ["a bare scheme", { authorization: "Bearer" }],
      ["another scheme", { authorization: "Basic dXNlcjpwYXNz" }],
      ["a bad token alone", { authorization: "Bearer nobody" }],
    ])("%s: 401 that asks for them", async (_what, headers) => {
      const response = await ask(headers);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(await jsonOf(response)).toMatchObject({ detail: missing, code: "UNAUTHENTICATED" });
    });

    test.each([
      ["an unknown key", { "x-api-key": "nobody" }],
      ["a bad token beside an unknown key", { "x-api-key": "nobody", authorization: "Bearer nobody" }],
    ])("%s: 401 that says they are wrong", async (_what, headers) => {
      const response = await ask(headers);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(await jsonOf(response)).toMatchObject({ detail: invalid, code: "UNAUTHENTICATED" });
    });

    test("an OpenAI client gets OpenAI's error object", async () => {
      const response = await ask({ authorization: "Bearer nobody" }, "/v1/models");
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
      const error = { type: "authentication_error", code: "invalid_api_key", param: null, message: expect.any(String) };
      expect(await jsonOf(response)).toMatchObject({ error });
    });

    test.each([
      ["a key", (key: string) => ({ "x-api-key": key })],
      ["a key between blanks", (key: string) => ({ "X-API-KEY": ` ${key} ` })],
      ["a key as a token", (key: string) => ({ authorization: `Bearer ${key}` })],
      ["a scheme in small letters", (key: string) => ({ authorization: `bearer ${key}` })],
      ["a key beside a bad token", (key: string) => ({ authorization: "Bearer nobody", "x-api-key": key })],
      ["a token beside a bad key", (key: string) => ({ authorization: `Bearer ${key}`, "x-api-key": "nobody" })],
    ] as const)("%s is enough", async (_what, headersOf) => {
      expect((await ask(headersOf(person.key))).status).toBe(200);
    });

    test("a key in the query, a cookie or the body is no credential", async () => {
      const { key } = person;
      expect((await ask({}, `/api/v1/chat/personas?api_key=${key}&x-api-key=${key}`)).status).toBe(401);
      expect((await ask({ cookie: `x-api-key=${key}` })).status).toBe(401);
      const body = JSON.stringify({ message: "hi", api_key: key, _auth: { user_id: person.userId } });
      expect((await fetch(`${world().url}/api/v1/chat`, { method: "POST", body })).status).toBe(401);
    });

    test("are looked at before the body", async () => {
      const response = await fetch(`${world().url}/api/v1/chat`, { method: "POST", body: '{"broken' });
      expect(response.status).toBe(401);
    });

    test("an expired key is unknown, one that expires later is not", async () => {
      const { kysely } = world().database;
      const issue = (expiresAt: Date) =>
        issueApiKey(
          { kysely, now: () => new Date() },
          { email: person.email, name: "limited", isAdmin: false, expiresAt },
        );
      const [past, future] = [await issue(new Date(Date.now() - 1000)), await issue(new Date(Date.now() + 3_600_000))];
      expect((await ask({ "x-api-key": past.secret })).status).toBe(401);
      expect((await ask({ "x-api-key": future.secret })).status).toBe(200);
    });

    test("a revoked key stops working within a second or two, though it was in use", async () => {
      const { key, keyId } = await createPerson(world());
      expect((await ask({ "x-api-key": key })).status).toBe(200);
      await revokeApiKey({ kysely: world().database.kysely, now: () => new Date() }, { id: keyId });
      await expect.poll(async () => (await ask({ "x-api-key": key })).status, { timeout: 3_000 }).toBe(401);
    });

    test.each(["dev2", "pre-prod", "my_own"])(
      "a key that the original made as gaia_%s_… works",
      async (environment) => {
        const { kysely } = world().database;
        const secret = `gaia_${environment}_${randomUUID().replaceAll("-", "")}`;
        const input = { email: person.email, name: environment, isAdmin: false, expiresAt: null, secret };
        await issueApiKey({ kysely, now: () => new Date() }, input);
        expect((await ask({ "x-api-key": secret })).status).toBe(200);
      },
    );

    test("a key that was refused works as soon as it is issued", async () => {
      const { kysely } = world().database;
      const secret = `late-${randomUUID()}`;
      expect((await ask({ "x-api-key": secret })).status).toBe(401);
      const input = { email: person.email, name: "late", isAdmin: false, expiresAt: null, secret };
      await issueApiKey({ kysely, now: () => new Date() }, input);
      await expect.poll(async () => (await ask({ "x-api-key": secret })).status, { timeout: 3_000 }).toBe(200);
    });

    test("are validated at /api/v1/auth/validate with four keys, good or bad, and nothing is echoed", async () => {
      const validate = async (body: unknown, query = "") => {
        const response = await fetch(`${world().url}/api/v1/auth/validate${query}`, {
          method: "POST",
          body: JSON.stringify(body),
        });
        expect(response.status).toBe(200);
        expect(response.headers.get("cache-control")).toBe("no-store");
        return jsonOf(response);
      };
      const good = { valid: true, auth_type: "api_key", user_id: person.userId, error: null };
      const bad = {
        valid: false,
        auth_type: "none",
        user_id: null,
        error: "No valid authentication credentials provided",
      };
      expect(await validate({ api_key: person.key })).toEqual(good);
      expect(await validate({ token: "nobody", api_key: person.key })).toEqual(good);
      expect(await validate({ api_key: "nobody" })).toEqual(bad);
      expect(await validate({})).toEqual(bad);
      expect(await validate({}, `?api_key=${person.key}`)).toEqual(bad);
    });

    test("an inner route is no public path, and a sealed caller from outside is ignored", async () => {
      expect((await ask({ "x-api-key": person.key }, "/gaia.rpc.auth.verify-api-key")).status).toBe(404);
      expect((await ask({ "x-gaia-caller": "9999999999.e30.x" })).status).toBe(401);
    });
  });
}
