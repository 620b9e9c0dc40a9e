import { accounts, auth, identity } from "@gaia/contracts";
import { implement } from "@gaia/kit/binding";
import { describe, expect, test } from "vitest";
import { ada, adaKey, createTestGateway } from "../testing/create-test-gateway.ts";

// Ada has a key, but is no administrator.
const path = "/auth/v1/admin/users";
const asAda = { "x-api-key": adaKey };

describe("a caller without the permission that a route asks for", () => {
  test("is refused an operation before its body is looked at", async () => {
    const { send } = await createTestGateway({ bindings: [implement(identity.createIdentityUser, neverCalled)] });

    const response = await send(path, { method: "POST", body: "{not json", headers: asAda });

    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error_code: "not_admin" });
  });

  test("is refused a stream, and its service hears nothing of it", async () => {
    const { send, forwarded } = await createTestGateway();

    expect((await send(path, { headers: asAda })).status).toBe(403);
    expect(forwarded).toEqual([]);
  });

  test("is another one than an administrator, who is let through", async () => {
    const { send, forwarded, principalsByHash } = await createTestGateway();
    for (const hash of principalsByHash.keys())
      principalsByHash.set(hash, { ...ada, permissions: ["user:administer"] });

    expect((await send(path, { headers: asAda })).status).toBe(200);
    expect(forwarded).toHaveLength(1);
  });
});

describe("a route that the caller's token is for", () => {
  const token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

  async function setup() {
    const inputs: unknown[] = [];
    const { send, lines } = await createTestGateway({
      bindings: [
        implement(accounts.logout, async (_context, input) => {
          inputs.push(input);
          return { message: "" };
        }),
      ],
    });
    const logOut = (headers: Record<string, string>, body = "{}", query = "") =>
      send(`/api/v1/auth/logout${query}`, { method: "POST", headers, body });
    return { logOut, inputs, lines };
  }

  test("gets it from the header, whatever body and query say", async () => {
    const { logOut, inputs, lines } = await setup();

    await logOut({ authorization: `Bearer ${token}` }, '{"access_token":"of somebody else"}');
    await logOut({}, '{"access_token":"of somebody else"}', "?access_token=of-somebody-else");

    expect(inputs).toEqual([{ access_token: token }, {}]);
    expect(lines.join("")).not.toContain(token);
  });

  test.each([
    ["an API key", "Bearer gaia_abc"],
    ["another scheme", `Basic ${token}`],
    ["a token longer than any", `Bearer ${"a".repeat(20_000)}.b.c`],
    ["nothing", "Bearer"],
  ])("gets none for %s", async (_what, authorization) => {
    const { logOut, inputs } = await setup();

    expect((await logOut({ authorization })).status).toBe(200);
    expect(inputs).toEqual([{}]);
  });
});

test("a key to validate is taken from the body only", async () => {
  const inputs: unknown[] = [];
  const { send } = await createTestGateway({
    bindings: [
      implement(auth.validate, async (_context, input) => {
        inputs.push(input);
        return { valid: false, auth_type: "none" as const, user_id: null, error: null };
      }),
    ],
  });
  for (const path of ["/api/v1/auth/validate", "/api/v0.3/auth/validate"])
    await send(`${path}?api_key=seen&token=seen`, { method: "POST", body: '{"api_key":"unseen"}' });

  expect(inputs).toEqual([{ api_key: "unseen" }, { api_key: "unseen" }]);
});

test("what may not stand in an address is taken from the body only", async () => {
  const inputs: unknown[] = [];
  const { send, principalsByHash } = await createTestGateway({
    bindings: [
      implement(accounts.eraseAccount, async (_context, input) => {
        inputs.push(input);
        return undefined;
      }),
    ],
  });
  for (const hash of principalsByHash.keys()) {
    principalsByHash.set(hash, { ...ada, kind: "user", sessionId: null });
  }

  const response = await send("/api/v1/auth/account?password=seen", { method: "DELETE", headers: asAda });
  await send("/api/v1/auth/account", { method: "DELETE", headers: asAda, body: '{"password":"unseen"}' });

  expect(response.status).toBe(204);
  expect(inputs).toEqual([{}, { password: "unseen" }]);
});

function neverCalled(): Promise<never> {
  return Promise.reject(new Error("The service was asked"));
}
