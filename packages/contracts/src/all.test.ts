import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import {
  allContracts,
  allEvents,
  type auth,
  type chat,
  errorStatuses,
  type InputOf,
  isPermission,
  type OutputOf,
  serviceNames,
  serviceOf,
  userIdOf,
} from "./index.ts";
import type { ChatCompletion } from "./index.ts";

const routed = allContracts.flatMap((contract) =>
  contract.http === undefined
    ? []
    : [contract.http.path, ...(contract.http.aliases ?? [])].map((path) => ({
        contract,
        path,
        method: contract.http?.method ?? "GET",
      })),
);

describe("every contract", () => {
  test.each(allContracts.map((contract) => [contract.name, contract] as const))("%s is complete", (name, contract) => {
    expect(name).toMatch(/^[a-z]+\.[a-z]+(?:-[a-z]+)*$/);
    expect(serviceNames).toContain(serviceOf(contract));
    expect(isPermission(contract.permission)).toBe(true);
    expect(contract.summary).toMatch(/^[A-Z].*[^.]$/);
    for (const code of contract.errors ?? []) expect(errorStatuses).toHaveProperty(code);
    expect(() => z.toJSONSchema(contract.input, { io: "input", unrepresentable: "any" })).not.toThrow();
    expect(() => z.toJSONSchema(contract.output, { io: "output", unrepresentable: "any" })).not.toThrow();
  });

  test("has a name of its own", () => {
    expect(new Set(allContracts.map(({ name }) => name)).size).toBe(allContracts.length);
  });

  test("has routes of its own", () => {
    const routes = routed.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);

    expect(new Set(routes).size).toBe(routes.length);
    expect(routed.every(({ path }) => path === "/" || !path.endsWith("/"))).toBe(true);
  });

  test.each(routed)("that has $method $path knows what its path names", ({ contract, path }) => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
    const { properties = {} } = z.toJSONSchema(contract.input, { io: "input", unrepresentable: "any" });

    for (const name of names) expect(Object.keys(properties)).toContain(name);
  });

  test("by which strangers can guess or have mail sent is limited as such", () => {
    const open = routed.filter(
      ({ contract, method }) => contract.permission === "public" && serviceOf(contract) === "auth" && method !== "GET",
    );

    expect(open).not.toEqual([]);
    for (const { contract } of open)
      expect([contract.name, contract.rateClass]).toEqual([contract.name, "credentials"]);
  });

  test("for services only has no route", () => {
    expect(routed.filter(({ contract }) => contract.permission === "internal")).toEqual([]);
  });

  test("that anybody may call is named here, so that none becomes so by accident", () => {
    expect(
      allContracts
        .filter(({ permission }) => permission === "public")
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([
      "auth.check-access",
      "auth.confirm",
      "auth.describe-access",
      "auth.forgot-password",
      "auth.identity-health",
      "auth.identity-key-set",
      "auth.identity-settings",
      "auth.issue-session",
      "auth.login",
      "auth.logout",
      "auth.recover-account",
      "auth.refresh",
      "auth.register",
      "auth.resend-mail",
      "auth.resend-verification",
      "auth.reset-password",
      "auth.sign-up",
      "auth.validate",
      "auth.verify-mailed-link",
      "auth.verify-mailed-token",
      "gateway.add-numbers",
      "gateway.docs",
      "gateway.health",
      "gateway.live",
      "gateway.openapi",
      "gateway.ready",
      "gateway.root",
    ]);
  });
});

describe("every event", () => {
  test.each(allEvents.map((event) => [event.subject, event] as const))(
    "%s has the original's form of subject",
    (subject, event) => {
      expect(subject).toMatch(/^gaia(?:\.[a-z_]+){2,}$/);
      expect(event.summary).not.toBe("");
    },
  );

  test("has a subject of its own", () => {
    expect(new Set(allEvents.map(({ subject }) => subject)).size).toBe(allEvents.length);
  });
});

describe("the types", () => {
  test("of a contract are those of its schemas", () => {
    expectTypeOf<InputOf<typeof chat.getModel>>().toEqualTypeOf<{ model: string }>();
    expectTypeOf<OutputOf<typeof chat.createChatCompletion>>().toEqualTypeOf<ChatCompletion>();
    expectTypeOf<OutputOf<typeof auth.validate>["auth_type"]>().toEqualTypeOf<
      "jwt" | "service_jwt" | "api_key" | "none"
    >();
  });
});

test("guests and services are no person", () => {
  expect(userIdOf({ kind: "guest", permissions: [] })).toBeNull();
  expect(userIdOf({ kind: "service", name: "chat" })).toBeNull();
  expect(
    userIdOf({
      kind: "api-key",
      userId: "u",
      email: "e",
      apiKeyId: "k",
      grants: {},
      limits: { requestsPerMinute: null, tokensPerMinute: null },
      permissions: [],
    }),
  ).toBe("u");
});
