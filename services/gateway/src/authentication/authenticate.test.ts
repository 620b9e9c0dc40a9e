import { isGaiaError, type Principal } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { ada, adaKey, hashOf } from "../testing/create-test-gateway.ts";
import { authenticate } from "./authenticate.ts";
import type { Credential } from "./read-credentials.ts";

const grace: Principal = {
  ...ada,
  kind: "api-key",
  userId: "7b1d0000-0000-4000-8000-000000000009",
  email: "grace@example.test",
};

async function outcomeOf(headers: Record<string, string>) {
  const known = new Map<string, Principal>([
    [hashOf(adaKey), ada],
    [hashOf("key-of-grace"), grace],
  ]);
  const asked: string[] = [];
  const principals = {
    find: async ({ hash }: Credential) => {
      asked.push(hash);
      return known.get(hash) ?? null;
    },
    forget: () => undefined,
    forgetUser: () => undefined,
    forgetAll: () => undefined,
  };
  const outcome = await authenticate({ principals }, new Headers(headers), "request-1").then(
    ({ principal }) => (principal.kind === "api-key" ? principal.email : principal.kind),
    (error: unknown) => (isGaiaError(error) ? `${error.status} ${error.message}` : "broken"),
  );
  return { outcome, asked };
}

const missing = "401 Not authenticated. Provide a valid JWT or API Key.";
const invalid = "401 Could not validate credentials";

describe("who a request comes from", () => {
  test.each([
    ["nothing", {}, missing],
    ["empty values", { authorization: "", "x-api-key": "" }, missing],
    ["a bad token, no key", { authorization: "Bearer wrong" }, missing],
    ["an unknown key", { "x-api-key": "wrong" }, invalid],
    ["a good key", { "x-api-key": adaKey }, "ada@example.test"],
    ["a good key as Bearer, as OpenAI's SDKs send it", { authorization: `Bearer ${adaKey}` }, "ada@example.test"],
    ["a bad token and a good key", { authorization: "Bearer wrong", "x-api-key": adaKey }, "ada@example.test"],
    ["a good token and a bad key", { authorization: `Bearer ${adaKey}`, "x-api-key": "wrong" }, "ada@example.test"],
    [
      "two good ones, of which the token counts",
      { authorization: `Bearer ${adaKey}`, "x-api-key": "key-of-grace" },
      "ada@example.test",
    ],
    ["a bad token and a bad key", { authorization: "Bearer wrong", "x-api-key": "wrong" }, invalid],
    ["another scheme", { authorization: `Basic ${adaKey}` }, missing],
  ])("%s: %s", async (_what, headers, expected) => {
    expect((await outcomeOf(headers)).outcome).toBe(expected);
  });

  test("is asked by hash only, and not more than needed", async () => {
    const { asked } = await outcomeOf({ authorization: `Bearer ${adaKey}`, "x-api-key": "wrong" });

    expect(asked).toEqual([hashOf(adaKey)]);
  });
});
