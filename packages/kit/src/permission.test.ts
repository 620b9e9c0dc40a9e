import { type Permission, permissionNames, permissions, type Principal } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { can } from "./permission.ts";

const userId = "7b1d0000-0000-4000-8000-000000000001";

/** One of each kind, holding what is named. */
function principalsWith(held: readonly string[]): readonly Principal[] {
  return [
    { kind: "guest", permissions: held },
    {
      kind: "api-key",
      userId,
      email: "ada@example.test",
      apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
      grants: { admin: true, internal: true },
      limits: { requestsPerMinute: null, tokensPerMinute: null },
      permissions: held,
    },
    { kind: "user", userId, email: "ada@example.test", sessionId: null, permissions: held },
    { kind: "service", name: "gateway" },
  ];
}

// What needs no role or grant: a new one does not compile before it stands here.
type Structural = "public" | "internal" | "account:own" | "signed-in";
const structural: Readonly<Record<Structural, readonly Principal["kind"][]>> = {
  public: ["guest", "api-key", "user", "service"],
  internal: ["service"],
  "account:own": ["user", "service"],
  "signed-in": ["api-key", "user", "service"],
};

const kindsThatMay = (permission: Permission, held: readonly string[]) =>
  principalsWith(held)
    .filter((principal) => can(principal, permission).allowed)
    .map(({ kind }) => kind);

describe("the permission decision", () => {
  test.each(Object.entries(structural))("gives %s to %j, whatever they hold", (permission, kinds) => {
    expect(kindsThatMay(permission as Structural, [])).toEqual(kinds);
    expect(kindsThatMay(permission as Structural, [permission])).toEqual(kinds);
  });

  test.each(permissionNames.filter((name) => !Object.hasOwn(structural, name)))(
    "gives %s to whoever holds it, and to services",
    (permission) => {
      expect(kindsThatMay(permission, [])).toEqual(["service"]);
      expect(kindsThatMay(permission, [permission])).toEqual(["guest", "api-key", "user", "service"]);
      const others = permissionNames.filter((name) => name !== permission);
      expect(kindsThatMay(permission, others)).toEqual(["service"]);
    },
  );

  test("says why", () => {
    for (const principal of principalsWith([])) {
      for (const permission of permissionNames) expect(can(principal, permission).because).not.toBe("");
    }
  });

  test.each(["chat:destroy", "", "toString", "__proto__", "PUBLIC"])(
    "refuses everybody what it does not know: %j",
    (unknown) => {
      for (const principal of principalsWith([unknown])) {
        expect(can(principal, unknown as Permission)).toEqual({ allowed: false, because: "unknown permission" });
      }
    },
  );

  test("knows what every permission means", () => {
    for (const name of permissionNames) expect(permissions[name].meaning).toMatch(/^[a-zA-Z]/);
  });
});
