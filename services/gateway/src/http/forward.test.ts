import { identity } from "@gaia/contracts";
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

function neverCalled(): Promise<never> {
  return Promise.reject(new Error("The service was asked"));
}
