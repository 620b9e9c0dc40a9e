import { type Permission, permissions, type Principal } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { can } from "./permission.ts";

const principals: Readonly<Record<Principal["kind"], Principal>> = {
  guest: { kind: "guest" },
  "api-key": {
    kind: "api-key",
    userId: "7b1d0000-0000-4000-8000-000000000001",
    email: "ada@example.test",
    apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
    grants: {},
  },
  user: { kind: "user", userId: "7b1d0000-0000-4000-8000-000000000001", email: "ada@example.test", sessionId: null },
  service: { kind: "service", name: "gateway" },
};

// One line a permission: who may. A new permission does not compile before it stands here.
const table: Readonly<Record<Permission, readonly Principal["kind"][]>> = {
  public: ["guest", "api-key", "user", "service"],
  internal: ["service"],
  "account:own": ["user", "service"],
  "chat:create": ["api-key", "user", "service"],
  "conversation:read": ["api-key", "user", "service"],
  "model:read": ["api-key", "user", "service"],
  "persona:read": ["api-key", "user", "service"],
  "user:administer": ["service"],
};
const cases = Object.entries(table).flatMap(([permission, allowed]) =>
  Object.values(principals).map((principal) => ({
    permission: permission as Permission,
    kind: principal.kind,
    principal,
    verdict: allowed.includes(principal.kind) ? "allowed" : "refused",
  })),
);

describe("the permission decision", () => {
  test.each(cases)("$permission for a principal of kind $kind: $verdict", ({ permission, principal, verdict }) => {
    const decision = can(principal, permission);

    expect(decision.allowed).toBe(verdict === "allowed");
    expect(decision.because).not.toBe("");
  });

  test("knows every permission there is", () => {
    expect(Object.keys(table).toSorted()).toEqual(Object.keys(permissions).toSorted());
  });

  test.each(["chat:destroy", "", "toString", "__proto__", "PUBLIC"])(
    "refuses everybody what it does not know: %j",
    (unknown) => {
      for (const principal of Object.values(principals)) {
        expect(can(principal, unknown as Permission)).toEqual({ allowed: false, because: "unknown permission" });
      }
    },
  );

  test.each([
    ["the flag", { admin: true }, true],
    ["the scope", ["chat", "admin"], true],
    ["no grants", {}, false],
    ["other scopes", ["administrator", "admin:read"], false],
    ["a flag that is text", { admin: "true" }, false],
    ["a flag that is off", { admin: false, administer: true }, false],
  ])("lets a key with %s administer users: %j is %j", (_what, grants, allowed) => {
    const key: Principal = { kind: "api-key", userId: "u", email: "e", apiKeyId: "k", grants };

    expect(can(key, "user:administer").allowed).toBe(allowed);
    expect(can(key, "account:own").allowed).toBe(false);
  });

  test("does not let a key's grants widen it to what is for services", () => {
    const admin: Principal = {
      ...principals["api-key"],
      kind: "api-key",
      userId: "u",
      email: "e",
      apiKeyId: "k",
      grants: { admin: true, internal: true },
    };

    expect(can(admin, "internal").allowed).toBe(false);
  });
});
