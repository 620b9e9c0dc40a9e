import { chat, type Contract, identity, type Principal } from "@gaia/contracts";
import { implement } from "@gaia/kit/binding";
import { isForgedApiKey, toApiKey } from "@gaia/kit/api-key-form";
import { describe, expect, test } from "vitest";
import { ada, adaKey, createTestGateway, hashOf, noLimits } from "../testing/create-test-gateway.ts";
import type { LimitSettings } from "./limit-settings.ts";

const personas = "/api/v1/chat/personas";
const withKey = (key: string, init: RequestInit = {}): RequestInit => ({ ...init, headers: { "x-api-key": key } });
const complete = (key: string) => withKey(key, { method: "POST", body: "{}" });

/** A gateway with a few limits, Grace beside Ada, and an address that the test chooses. */
async function setup(limits: Partial<LimitSettings>, keyLimits: number | null = null) {
  const client = { address: "192.0.2.1" };
  const gateway = await createTestGateway({
    limitSettings: { ...noLimits, ...limits },
    addressOf: () => client.address,
    bindings: [implement(identity.recoverAccount, async () => ({}))],
  });
  const grace: Principal = { ...ada, apiKeyId: crypto.randomUUID(), userId: crypto.randomUUID() };
  gateway.principalsByHash.set(hashOf("key-of-grace"), grace);
  gateway.principalsByHash.set(hashOf(adaKey), {
    ...ada,
    limits: { requestsPerMinute: keyLimits, tokensPerMinute: null },
  });
  const statuses = async (path: string, times: number, init: RequestInit = {}) => {
    const counts: Record<number, number> = {};
    const all = Array.from({ length: times }, () => gateway.send(path, init));
    for (const { status } of await Promise.all(all)) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  return { ...gateway, client, statuses };
}

describe("an address", () => {
  test("is limited on all routes together, whoever calls", async () => {
    const { send, statuses } = await setup({ addressRequests: 10 });

    expect(await statuses(personas, 6, withKey(adaKey))).toEqual({ 200: 6 });
    expect(await statuses("/", 3)).toEqual({ 200: 3 });
    expect(await statuses(personas, 20, withKey("key-of-grace"))).toEqual({ 200: 1, 429: 19 });
    expect((await send("/v1/models", withKey("nobody"))).status).toBe(429);
  });

  test("may always ask whether the gateway is alive and ready, but not for the whole health", async () => {
    const { statuses } = await setup({ addressRequests: 1 });
    await statuses("/", 2);

    for (const path of ["/health/live", "/health/ready"]) expect(await statuses(path, 3)).toEqual({ 200: 3 });
    expect(await statuses("/health", 3)).toEqual({ 429: 3 });
  });

  test("that asks for the health often makes one check a second of it", async () => {
    let pings = 0;
    const { send } = await createTestGateway({ pingDatabase: async () => (pings += 1) });

    await Promise.all(["/health", "/health/ready", "/health", "/health/ready"].map((path) => send(path)));

    expect(pings).toBe(1);
  });

  test("of IPv6 stands for its whole network, and another network is another", async () => {
    const { statuses, client } = await setup({ addressRequests: 1 });
    client.address = "2001:db8:1:2::1";
    expect(await statuses("/", 1)).toEqual({ 200: 1 });
    client.address = "2001:db8:1:2:ffff::2";
    expect(await statuses("/", 1)).toEqual({ 429: 1 });
    client.address = "2001:db8:1:3::1";

    expect(await statuses("/", 1)).toEqual({ 200: 1 });
  });

  test("is limited more where credentials can be guessed or mail is sent, in the words of the route", async () => {
    const { send, statuses } = await setup({ credentials: 2 });
    const recover = { method: "POST", body: "{}" };

    expect(await statuses("/auth/v1/recover", 5, recover)).toEqual({ 200: 2, 429: 3 });
    const refused = await send("/auth/v1/recover", recover);

    expect(refused.headers.get("x-sb-error-code")).toBe("over_request_rate_limit");
    expect(await refused.json()).toMatchObject({ code: 429, error_code: "over_request_rate_limit" });
    expect(await statuses(personas, 3, withKey(adaKey))).toEqual({ 200: 3 });
  });
});

describe("a caller", () => {
  test("is limited by key, wherever from", async () => {
    const { statuses, client } = await setup({ requests: 10 });

    expect(await statuses(personas, 100, withKey(adaKey))).toEqual({ 200: 10, 429: 90 });
    client.address = "192.0.2.2";
    expect(await statuses(personas, 1, withKey(adaKey))).toEqual({ 429: 1 });

    expect(await statuses(personas, 5, withKey("key-of-grace"))).toEqual({ 200: 5 });
  });

  test.each([
    ["lower", 2],
    ["higher", 6],
  ])("may have a key with a %s limit of its own", async (_what, own) => {
    const { statuses } = await setup({ requests: 4 }, own);

    expect(await statuses(personas, 10, withKey(adaKey))).toEqual({ 200: own, 429: 10 - own });
    expect(await statuses(personas, 10, withKey("key-of-grace"))).toEqual({ 200: 4, 429: 6 });
  });

  test("may have a key with a limit where there is none", async () => {
    const { statuses } = await setup({}, 3);

    expect(await statuses(personas, 5, withKey(adaKey))).toEqual({ 200: 3, 429: 2 });
  });

  test("with many keys is limited with all of them together, and pays for nobody else", async () => {
    const { statuses, principalsByHash } = await setup({ requests: 4, userRequests: 6 });
    for (const key of ["second", "third"]) principalsByHash.set(hashOf(key), { ...ada, apiKeyId: crypto.randomUUID() });

    expect(await statuses(personas, 50, withKey(adaKey))).toEqual({ 200: 4, 429: 46 });
    expect(await statuses(personas, 50, withKey("second"))).toEqual({ 200: 2, 429: 48 });
    expect(await statuses(personas, 1, withKey("third"))).toEqual({ 429: 1 });
    expect(await statuses(personas, 4, withKey("key-of-grace"))).toEqual({ 200: 4 });
  });

  test("may have a key whose own limit is above that of the account", async () => {
    const { statuses } = await setup({ requests: 2, userRequests: 3 }, 8);

    expect(await statuses(personas, 10, withKey(adaKey))).toEqual({ 200: 8, 429: 2 });
  });

  test("is limited more where a model works", async () => {
    const { statuses } = await setup({ requests: 10, modelRequests: 3 });

    expect(await statuses("/v1/chat/completions", 5, complete(adaKey))).toEqual({ 200: 3, 429: 2 });
    expect(await statuses(personas, 10, withKey(adaKey))).toEqual({ 200: 5, 429: 5 });
  });

  test.each([
    ["more than everybody has more there too", 20, 20],
    ["less than everybody has no more there", 8, 3],
  ])("whose key may do %s", async (_what, own, expected) => {
    const { statuses } = await setup({ requests: 10, modelRequests: 3 }, own);

    expect(await statuses("/v1/chat/completions", 30, complete(adaKey))).toEqual({ 200: expected, 429: 30 - expected });
  });

  test("without an account is limited by address", async () => {
    const { statuses, principalsByHash, client } = await setup({ requests: 2 });
    const permissions = ["persona:read"];
    for (const key of ["anonymous-1", "anonymous-2"]) principalsByHash.set(hashOf(key), { kind: "guest", permissions });

    expect(await statuses(personas, 2, withKey("anonymous-1"))).toEqual({ 200: 2 });
    expect(await statuses(personas, 1, withKey("anonymous-2"))).toEqual({ 429: 1 });
    client.address = "192.0.2.2";

    expect(await statuses(personas, 1, withKey("anonymous-2"))).toEqual({ 200: 1 });
  });
});

describe("wrong credentials", () => {
  test("of one address are looked at so many times a minute, and then not at all", async () => {
    const { send, statuses, lookups } = await setup({ failedCredentials: 5 });
    for (let index = 0; index < 5; index += 1) expect((await send(personas, withKey(`x${index}`))).status).toBe(401);
    const before = lookups.length;

    expect(await statuses(personas, 100, withKey("another"))).toEqual({ 429: 100 });
    expect(await statuses(personas, 1, withKey("key-of-grace"))).toEqual({ 429: 1 });
    expect(lookups).toHaveLength(before);
    const refused = await send(personas, withKey("another"));
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("ratelimit-policy")).toBe('5;w=60;comment="failed-credentials"');
  });

  test("keep out nobody who is known, and nobody elsewhere", async () => {
    const { statuses, client } = await setup({ failedCredentials: 5 });
    expect(await statuses(personas, 1, withKey(adaKey))).toEqual({ 200: 1 });
    await statuses(personas, 100, withKey("wrong"));

    expect(await statuses(personas, 50, withKey(adaKey))).toEqual({ 200: 50 });
    client.address = "192.0.2.2";
    expect(await statuses(personas, 5, withKey("key-of-grace"))).toEqual({ 200: 5 });
  });

  test("beside a right one spoil nothing, however often", async () => {
    const { statuses } = await setup({ failedCredentials: 2 });
    for (let index = 0; index < 5; index += 1) {
      const headers = { authorization: `Bearer wrong-${index}`, "x-api-key": adaKey };
      expect(await statuses(personas, 1, { headers })).toEqual({ 200: 1 });
    }
  });

  test("beside a right one are guesses all the same, and looked at so many times a minute", async () => {
    const { statuses, lookups } = await setup({ failedCredentials: 5 });
    expect(await statuses(personas, 1, withKey(adaKey))).toEqual({ 200: 1 });
    for (let index = 0; index < 20; index += 1) {
      const headers = { authorization: `Bearer guess-${index}`, "x-api-key": adaKey };
      expect(await statuses(personas, 1, { headers })).toEqual({ 200: 1 });
    }

    expect(lookups).toHaveLength(1 + 5);
    expect(await statuses(personas, 1, withKey("another"))).toEqual({ 429: 1 });
  });

  test("do not fill the line before right ones that come at once and for the first time", async () => {
    const { send, principalsByHash } = await setup({ failedCredentials: 4 });
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
    for (const key of keys) principalsByHash.set(hashOf(key), { ...ada, apiKeyId: crypto.randomUUID() });
    await send(personas, withKey("wrong"));
    await send(personas, withKey("wrong too"));

    const answers = await Promise.all(keys.map((key) => send(personas, withKey(key))));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
  });

  test("in a flood cost few look-ups and answer the others all the same", async () => {
    const { send, lookups } = await setup({ failedCredentials: 5 });

    const flood = await Promise.all(
      Array.from({ length: 500 }, (_, index) => send(personas, withKey(`random-${index}`))),
    );

    expect(flood.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(flood.filter(({ status }) => status === 429)).toHaveLength(495);
    expect(lookups).toHaveLength(5);
  });

  test("that only pretend to be a key of Gaia's are looked up never", async () => {
    const { statuses, lookups } = await setup({ failedCredentials: 5 });
    const forged = `gaia_${"y".repeat(43)}${toApiKey("x".repeat(43)).slice(-8)}`;
    expect(isForgedApiKey(forged)).toBe(true);

    expect(await statuses(personas, 10, withKey(forged))).toEqual({ 401: 5, 429: 5 });
    expect(lookups).toEqual([]);
  });
});

describe("the headers of an answer", () => {
  const fieldsOf = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.includes("ratelimit") && !name.endsWith("reset")));

  test("tell of the tightest limit", async () => {
    const { send } = await setup({ addressRequests: 100, requests: 10 });
    await send(personas, withKey(adaKey));

    const response = await send(personas, withKey(adaKey));

    expect(fieldsOf(response)).toEqual({
      "ratelimit-limit": "10",
      "ratelimit-remaining": "8",
      "ratelimit-policy": '10;w=60;comment="requests"',
    });
    const reset = Number(response.headers.get("ratelimit-reset"));
    expect(reset).toBeGreaterThan(50);
    expect(reset).toBeLessThanOrEqual(60);
  });

  test("tell OpenAI's clients in their words too, also when they are refused", async () => {
    const { send } = await setup({ requests: 10, modelRequests: 1 });

    const allowed = await send("/v1/chat/completions", complete(adaKey));
    const refused = await send("/v1/chat/completions", complete(adaKey));

    for (const response of [allowed, refused]) {
      expect(fieldsOf(response)).toMatchObject({
        "ratelimit-limit": "1",
        "ratelimit-remaining": "0",
        "x-ratelimit-limit-requests": "1",
        "x-ratelimit-remaining-requests": "0",
      });
      expect(response.headers.get("x-ratelimit-reset-requests")).toMatch(/^\d+s$/);
    }
    expect(refused.headers.get("retry-after")).toBe(refused.headers.get("ratelimit-reset"));
    expect(await refused.json()).toMatchObject({
      error: { type: "rate_limit_error", code: "rate_limit_exceeded", message: "Rate limit exceeded: 1 per 1 minute" },
    });
  });

  test("are on errors too, and on none where there is no limit", async () => {
    const limited = await setup({ addressRequests: 10 });
    const unlimited = await setup({});

    expect(fieldsOf(await limited.send(personas))).toMatchObject({ "ratelimit-remaining": "9" });
    expect(fieldsOf(await unlimited.send(personas, withKey(adaKey)))).toEqual({});
  });
});

test("the classes of routes are those that their contracts name", () => {
  const classOf = (contract: Contract) => contract.rateClass ?? "standard";

  expect([chat.chat, identity.issueSession, chat.listPersonas].map(classOf)).toEqual([
    "model",
    "credentials",
    "standard",
  ]);
});
