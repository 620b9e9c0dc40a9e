import { createHmac } from "node:crypto";
import { allContracts, serviceOf } from "@gaia/contracts";
import fc from "fast-check";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendRaw } from "../support/send-raw.ts";
import { createPerson, type StartWorld, type World } from "../support/start-gaia.ts";
import { jsonOf, post } from "../topology/requests.ts";

const secret = "a-shared-secret-of-a-project-that-is-long-enough";
const guarded = "/v1/models";
const bytes = (text: string) => Buffer.from(text, "latin1");

const sqlTricks = ["' or 1=1 --", "'; drop table users; --", "\\' union select key_hash from api_keys --", "$1", "%00"];
const trickyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom(...sqlTricks, "", " ", "\0", "a\0b", "\uD800", "\uDFFF@\uD800", "ﬀ@ｅxample.test", "ada@пример.рф"),
  fc.constantFrom("x".repeat(256), "é".repeat(5_000), "\u202Eevil@example.test", "\r\nx-api-key: 1", "🎲".repeat(300)),
);
const trickyValue = fc.oneof(
  trickyText,
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(null, 0, -1, Number.MAX_VALUE, true, [], {}),
);

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** What forgers try: other algorithms, keys of their own, keys that are known, tokens in tokens. */
const forgedToken = fc
  .record({
    header: fc.record(
      {
        alg: fc.constantFrom("none", "None", "HS256", "HS384", "HS512", "RS256", "ES256", "EdDSA", "", null, 1),
        kid: fc.constantFrom("", "../../../dev/null", "' or 1=1 --", "x".repeat(2_000), null, 7, "\0"),
        typ: fc.constantFrom("JWT", "JWE", "at+jwt"),
        cty: fc.constant("JWT"),
        jku: fc.constant("http://127.0.0.1:1/keys.json"),
        jwk: fc.constant({ kty: "oct", k: "AAAA" }),
        x5u: fc.constant("http://127.0.0.1:1/cert"),
        crit: fc.constantFrom(["exp"], ["b64"], []),
        b64: fc.constant(false),
      },
      { requiredKeys: [] },
    ),
    claims: fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constant({
        sub: "7b1d0000-0000-4000-8000-000000000001",
        aud: "authenticated",
        role: "authenticated",
        exp: 4_000_000_000,
      }),
    ),
    key: fc.constantFrom("", "secret", "AAAA", "public-key-as-a-secret"),
    shape: fc.constantFrom("signed", "unsigned", "nested", "four-parts", "endless"),
  })
  .map(({ header, claims, key, shape }) => {
    const signed = (payload: string) => {
      const text = `${base64url(header)}.${payload}`;
      return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
    };
    const token = signed(base64url(claims));
    switch (shape) {
      case "signed":
        return token;
      case "unsigned":
        return `${base64url(header)}.${base64url(claims)}.`;
      case "nested":
        return signed(Buffer.from(token).toString("base64url"));
      case "four-parts":
        return `${token}.AAAA`;
      case "endless":
        return `${token}${"A".repeat(12_000)}`;
    }
  });

const publicRoutes = allContracts.flatMap((contract) =>
  contract.http !== undefined && contract.permission === "public" && serviceOf(contract) === "auth"
    ? [{ method: contract.http.method, path: contract.http.path, fields: Object.keys(shapeOf(contract.input)) }]
    : [],
);

function shapeOf(schema: object): object {
  return "shape" in schema && typeof schema.shape === "object" && schema.shape !== null ? schema.shape : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** Nothing that somebody without credentials can send is our failure. */
export function describeCredentialFuzz(name: string, startWorld: StartWorld): void {
  describe(`what forgers and fuzzers send, ${name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({
        SUPABASE_JWT_SECRET: secret,
        GAIA_LIMIT_ADDRESS_REQUESTS: "0",
        GAIA_LIMIT_FAILED_CREDENTIALS: "0",
        GAIA_LIMIT_CREDENTIALS: "0",
      });
    });
    afterAll(() => world?.stop());

    const statusWith = (...headers: Uint8Array[]) => sendRaw(world.url, { path: guarded, headers });
    const holds = <T>(property: fc.IAsyncProperty<T>) => fc.assert(property, { numRuns: 150 });

    test("is told from what is good", async () => {
      const person = await createPerson(world);
      const token = await new SignJWT({ role: "authenticated" })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(person.userId)
        .setAudience("authenticated")
        .setExpirationTime("1h")
        .sign(new TextEncoder().encode(secret));
      expect(await statusWith(bytes(`x-api-key: ${person.key}`))).toBe(200);
      expect(await statusWith(bytes(`authorization: Bearer ${token}`))).toBe(200);
      expect(await statusWith(bytes(`authorization: Bearer ${token.slice(0, -4)}AAAA`))).toBe(401);
    });

    test.each(["x-api-key: ", "authorization: Bearer ", "authorization: "])(
      "as any bytes behind %j is 400 or 401",
      async (start) => {
        await holds(
          fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (value) => {
            expect([400, 401]).toContain(await statusWith(Buffer.concat([bytes(start), value])));
          }),
        );
      },
    );

    test.each(sqlTricks)("as a key is 401: %s", async (trick) => {
      expect(await statusWith(bytes(`x-api-key: ${trick}`))).toBe(401);
      expect(await statusWith(bytes(`authorization: Bearer ${trick.replaceAll(" ", "")}`))).toBe(401);
    });

    test("as a forged token is 401", async () => {
      await holds(
        fc.asyncProperty(forgedToken, async (token) => {
          expect([400, 401]).toContain(await statusWith(bytes(`authorization: Bearer ${token}`)));
        }),
      );
    });

    test("as a header without end is refused before it is read", async () => {
      const status = await statusWith(bytes(`x-api-key: ${"x".repeat(100_000)}`));
      expect([400, 401, 431]).toContain(status);
    });

    test("twice in one request is 400 or 401", async () => {
      expect([400, 401]).toContain(await statusWith(bytes("x-api-key: a"), bytes("x-api-key: b")));
      expect([400, 401]).toContain(
        await statusWith(bytes("authorization: Bearer a"), bytes("authorization: Bearer b")),
      );
    });

    test.each(publicRoutes)("to $method $path is never a failure of ours", async ({ method, path, fields }) => {
      const record = fc.dictionary(fc.constantFrom(...fields, "extra", "__proto__"), trickyValue, { maxKeys: 6 });
      await holds(
        fc.asyncProperty(record, async (input) => {
          const query = new URLSearchParams();
          for (const [field, value] of Object.entries(input)) query.append(field, textOf(value).toWellFormed());
          const isRead = method === "GET" || method === "DELETE";
          const response = await fetch(`${world.url}${path}${isRead ? `?${query.toString()}` : ""}`, {
            method,
            redirect: "manual",
            headers: { "content-type": "application/json" },
            ...(isRead ? {} : { body: JSON.stringify(input) }),
          });
          await response.body?.cancel();
          expect(response.status, JSON.stringify(input)).toBeLessThan(500);
        }),
      );
    });

    test.each(publicRoutes.filter(({ method }) => method === "POST"))(
      "as any bytes to $path is 400 or 422",
      async ({ path }) => {
        await holds(
          fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (body) => {
            const status = await sendRaw(world.url, { method: "POST", path, body });
            // Digits alone are JSON too.
            expect([400, 422]).toContain(status);
          }),
        );
      },
    );

    test("leaves no secret in the log", async () => {
      const password = "a password that must not be logged";
      await post(world, "/auth/v1/signup", { email: "ada@example.test", password }, { key: "" });
      await post(world, "/auth/v1/token?grant_type=password", { email: "ada@example.test", password }, { key: "" });
      const response = await post(world, "/api/v1/auth/validate", { api_key: "gaia_not_a_key_but_secret" });
      expect(await jsonOf(response)).toMatchObject({ valid: false });
      const text = JSON.stringify(world.logs());
      for (const shown of [password, "gaia_not_a_key_but_secret", secret, world.key]) expect(text).not.toContain(shown);
    });
  });
}
