import { isGaiaError, type Principal } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import type { FailedCredentials } from "../limits/failed-credentials.ts";
import { ada, adaKey, hashOf } from "../testing/create-test-gateway.ts";
import { authenticate } from "./authenticate.ts";
import type { Admission } from "./principal-cache.ts";
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
    find: async ({ hash }: Credential, _requestId: string, admit: Admission = (lookUp) => lookUp()) => {
      const found = await admit(async () => {
        asked.push(hash);
        return { principal: known.get(hash) ?? null, expiresAt: null };
      });
      return found.principal;
    },
  };
  let failed = 0;
  const failures: FailedCredentials = {
    note: async () => void (failed += 1),
    excuse: async (_address, count) => void (failed -= count),
    async admit(_address, lookUp, isRight) {
      const found = await lookUp();
      if (!isRight(found)) failed += 1;
      return found;
    },
  };
  const origin = { requestId: "request-1", address: "192.0.2.1" };
  const outcome = await authenticate({ principals, failures }, new Headers(headers), origin).then(
    ({ principal }) => (principal.kind === "api-key" ? principal.email : principal.kind),
    (error: unknown) => (isGaiaError(error) ? `${error.status} ${error.message}` : "broken"),
  );
  return { outcome, asked, failed };
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

  test("is asked about no key whose checksum is wrong, wherever it stands", async () => {
    const forged = `gaia_${"x".repeat(43)}${"0".repeat(8)}`;

    expect(await outcomeOf({ "x-api-key": forged })).toEqual({ outcome: invalid, asked: [], failed: 1 });
    expect(await outcomeOf({ authorization: `Bearer ${forged}` })).toEqual({ outcome: missing, asked: [], failed: 1 });
    expect(await outcomeOf({ authorization: `Bearer ${forged}`, "x-api-key": adaKey })).toMatchObject({
      outcome: "ada@example.test",
      asked: [hashOf(adaKey)],
    });
  });

  test.each([
    ["a wrong key", { "x-api-key": "wrong" }, 1],
    ["two wrong ones", { authorization: "Bearer wrong", "x-api-key": "also wrong" }, 2],
    ["a token that is over beside a good key", { authorization: "Bearer aaa.bbb.ccc", "x-api-key": adaKey }, 0],
    ["a wrong key beside a good one", { authorization: "Bearer wrong", "x-api-key": adaKey }, 1],
    ["none", {}, 0],
  ])("counts as failed with %s: %j", async (_what, headers, expected) => {
    expect((await outcomeOf(headers)).failed).toBe(expected);
  });
});
