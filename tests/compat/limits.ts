import { randomUUID } from "node:crypto";
import { issueApiKey } from "@gaia/auth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerStream, wireFormats } from "../support/mock-providers.ts";
import { createPerson, type StartWorld } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { jsonOf } from "../topology/requests.ts";

const personas = "/api/v1/chat/personas";

/** Low enough to be reached, and one proxy before the gateway, so that each test has addresses of its own. */
export const lowLimits = {
  GAIA_LIMIT_ADDRESS_REQUESTS: "60",
  GAIA_LIMIT_FAILED_CREDENTIALS: "5",
  GAIA_LIMIT_CREDENTIALS: "4",
  GAIA_LIMIT_REQUESTS: "20",
  GAIA_LIMIT_USER_REQUESTS: "50",
  GAIA_LIMIT_MODEL_REQUESTS: "3",
  GAIA_TRUSTED_PROXIES: "1",
};

let addresses = 0;

/** An address that nobody has used before; tests in other processes use others. */
function newAddress(): string {
  addresses += 1;
  return `10.${process.pid % 256}.${addresses >> 8}.${addresses % 256}`;
}

interface Asking {
  readonly key?: string;
  readonly address?: string;
  readonly body?: object;
}

/** How clients come through the proxy. */
export function limitsClient(world: () => { readonly url: string }) {
  const send = (path: string, { key, address = newAddress(), body }: Asking = {}): Promise<Response> =>
    fetch(world().url + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-forwarded-for": address, ...(key === undefined ? {} : { "x-api-key": key }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const counts = async (times: number, path: string, asking: Asking = {}): Promise<Record<number, number>> => {
    const answers = await Promise.all(Array.from({ length: times }, () => send(path, asking)));
    const byStatus: Record<number, number> = {};
    for (const answer of answers) {
      byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1;
      await answer.body?.cancel();
    }
    return byStatus;
  };
  return { send, counts };
}

/** What clients notice of rate limits. */
export function describeLimits(name: string, startWorld: StartWorld): void {
  describe(`rate limits, ${name}`, () => {
    let opened: ScriptedWorld | undefined;
    const world = () => {
      if (opened === undefined) throw new Error("Gaia does not run");
      return opened.world;
    };
    beforeAll(async () => {
      opened = await openScriptedWorld((settings) => startWorld({ ...lowLimits, ...settings }));
    });
    afterAll(() => opened?.stop());
    const { send, counts } = limitsClient(world);

    const newKey = async (own: { requestsPerMinute?: number; tokensPerMinute?: number } = {}): Promise<string> => {
      const { email } = await createPerson(world());
      const deps = { kysely: world().database.kysely, now: () => new Date() };
      const input = { email, name: "limited", isAdmin: false, expiresAt: null, ...own };
      return (await issueApiKey(deps, input)).secret;
    };
    /** A question that costs eight tokens. */
    const question = () => {
      const content = `question ${randomUUID()}`;
      opened?.providers.openai.script(content, wireFormats.openai.whole("Fine."));
      return { messages: [{ role: "user", content }] };
    };

    test("an address sends so many requests, whoever it is, and nobody else pays for it", async () => {
      const address = newAddress();
      const key = await newKey({ requestsPerMinute: 1000 });

      expect(await counts(100, personas, { address, key })).toEqual({ 200: 60, 429: 40 });
      expect(await counts(3, "/openapi.json", { address })).toEqual({ 429: 3 });
      expect(await counts(3, "/health/live", { address })).toEqual({ 200: 3 });
      expect(await counts(3, personas, { key })).toEqual({ 200: 3 });
    });

    test("an address is not changed by what a client says before the proxy", async () => {
      const address = newAddress();
      await counts(60, "/health/live", { address });
      const lied = Array.from({ length: 70 }, (_, index) =>
        send("/openapi.json", { address: `${index}.1.1.1, ${address}` }),
      );
      const statuses = (await Promise.all(lied)).map(({ status }) => status);

      expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    });

    test("a network of IPv6 is one address", async () => {
      const network = `2001:db8:${(process.pid % 65_536).toString(16)}`;
      const from = (host: string) => counts(40, "/openapi.json", { address: `${network}:${host}` });

      expect(await from("1::1")).toEqual({ 200: 40 });
      expect(await from("1:ffff:2:3:4")).toEqual({ 200: 20, 429: 20 });
      expect(await from("2::1")).toEqual({ 200: 40 });
    });

    test("a key has its own allowance, exactly, wherever its requests come from", async () => {
      const [one, another] = [await newKey(), await newKey({ requestsPerMinute: 10 })];

      const all = await Promise.all(Array.from({ length: 100 }, () => send(personas, { key: another })));
      expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
      expect(all.filter(({ status }) => status === 429)).toHaveLength(90);

      expect(await counts(25, personas, { key: one })).toEqual({ 200: 20, 429: 5 });
    });

    test("an account has one with all its keys together", async () => {
      const { email } = await createPerson(world());
      const deps = { kysely: world().database.kysely, now: () => new Date() };
      const keys = await Promise.all(
        ["one", "two", "three"].map((name) => issueApiKey(deps, { email, name, isAdmin: false, expiresAt: null })),
      );
      const statuses: Record<number, number>[] = [];
      for (const { secret } of keys) statuses.push(await counts(30, personas, { key: secret }));

      expect(statuses).toEqual([
        { 200: 20, 429: 10 },
        { 200: 20, 429: 10 },
        { 200: 10, 429: 20 },
      ]);
    });

    test("every answer tells how it stands, a refusal when to come back", async () => {
      const key = await newKey({ requestsPerMinute: 2 });
      const first = await send(personas, { key });
      await send(personas, { key });
      const third = await send(personas, { key });

      expect(first.headers.get("ratelimit-limit")).toBe("2");
      expect(first.headers.get("ratelimit-remaining")).toBe("1");
      expect(first.headers.get("ratelimit-policy")).toMatch(/^2;w=60/);
      expect(third.status).toBe(429);
      expect(third.headers.get("ratelimit-remaining")).toBe("0");
      for (const header of ["retry-after", "ratelimit-reset"]) {
        expect(Number(third.headers.get(header))).toBeGreaterThan(0);
        expect(Number(third.headers.get(header))).toBeLessThanOrEqual(60);
      }
      const message = "Rate limit exceeded: 2 per 1 minute";
      expect(await jsonOf(third)).toMatchObject({ error: message, detail: message, code: "RATE_LIMITED" });
    });

    test("models are limited for themselves, in OpenAI's words where its clients call", async () => {
      const key = await newKey();
      const ask = () => send("/v1/chat/completions", { key, body: question() });
      const answers = [await ask(), await ask(), await ask(), await ask()];

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers[0]?.headers.get("x-ratelimit-limit-requests")).toBe("3");
      expect(answers[0]?.headers.get("x-ratelimit-remaining-requests")).toBe("2");
      expect(answers[3]?.headers.get("x-ratelimit-reset-requests")).toMatch(/^\d+s$/);
      expect(await answers[3]?.json()).toMatchObject({
        error: { type: "rate_limit_error", code: "rate_limit_exceeded", param: null },
      });
      expect(await counts(1, personas, { key })).toEqual({ 200: 1 });
    });

    test("what can be guessed at is limited by address, in the words of each route", async () => {
      const address = newAddress();
      const body = { grant_type: "password", email: `${randomUUID()}@example.test`, password: "wrong" };

      expect(await counts(6, "/auth/v1/token?grant_type=password", { address, body })).toEqual({ 400: 4, 429: 2 });
      const refused = await send("/auth/v1/recover", { address, body });
      expect(refused.headers.get("x-sb-error-code")).toBe("over_request_rate_limit");
      expect(await jsonOf(refused)).toMatchObject({ code: 429, error_code: "over_request_rate_limit" });
      const ours = await send("/api/v1/auth/validate", { address, body: {} });
      expect(ours.status).toBe(429);
      expect(await jsonOf(ours)).toMatchObject({ error: "Rate limit exceeded: 4 per 1 minute" });
      expect(await counts(1, "/api/v1/auth/validate", { body: {} })).toEqual({ 200: 1 });
    });

    test("guesses at one account are limited wherever they come from", async () => {
      const email = `${randomUUID()}@example.test`;
      const guess = () => send("/auth/v1/token?grant_type=password", { body: { email, password: randomUUID() } });
      for (let batch = 0; batch < 6; batch += 1)
        for (const { status } of await Promise.all(Array.from({ length: 5 }, guess))) expect(status).toBe(400);

      const refused = await guess();

      expect(refused.status).toBe(429);
      expect(await jsonOf(refused)).toMatchObject({ error_code: "over_request_rate_limit" });
    });

    test("wrong keys of one address are looked at a few times, and those who are known never pay for them", async () => {
      const address = newAddress();
      const key = await newKey();
      expect((await send(personas, { address, key })).status).toBe(200);
      const flood = Array.from({ length: 40 }, (_, index) => send(personas, { address, key: `wrong-${index}` }));
      const statuses = (await Promise.all(flood)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(5);
      expect(statuses.filter((status) => status === 429)).toHaveLength(35);

      expect((await send(personas, { address, key })).status).toBe(200);
      expect((await send(personas, { address, key: await newKey() })).status).toBe(429);
      expect((await send(personas, { key: await newKey() })).status).toBe(200);
    });

    test("a higher limit of a key helps within a second", async () => {
      const person = await createPerson(world());
      const change = (requests_per_minute: number) =>
        fetch(`${world().url}/api/v1/auth/api-keys/${person.keyId}`, {
          method: "PATCH",
          headers: { "x-api-key": world().key, "x-forwarded-for": newAddress() },
          body: JSON.stringify({ requests_per_minute }),
        });
      expect((await change(1)).status).toBe(200);
      await expect
        .poll(async () => (await send(personas, { key: person.key })).headers.get("ratelimit-limit"))
        .toBe("1");
      expect((await send(personas, { key: person.key })).status).toBe(429);

      await change(1000);

      const status = async () => (await send(personas, { key: person.key })).status;
      await expect.poll(status, { timeout: 1000, interval: 20 }).toBe(200);
    });

    describe("tokens", () => {
      const spend = (key: string, path: string, more: object = {}) => {
        const body = path === "/api/v1/chat" ? { message: question().messages[0]?.content } : question();
        return send(path, { key, body: { ...body, max_tokens: 4, ...more } });
      };

      test.each(["/v1/chat/completions", "/api/v1/chat/completions", "/api/v1/chat"])(
        "of a key are spent as they are counted, and %s says so in its words",
        async (path) => {
          const key = await newKey({ requestsPerMinute: 1000, tokensPerMinute: 10 });
          expect((await spend(key, path)).status).toBe(200);
          expect((await spend(key, path)).status).toBe(200);

          const refused = await spend(key, path);

          expect(refused.status).toBe(429);
          expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
          expect(refused.headers.get("ratelimit-policy")).toMatch(/^10;w=60;comment="tokens"/);
          const message = "Rate limit exceeded: 10 tokens per 1 minute";
          const told = path.startsWith("/v1") ? { error: { message } } : { detail: message };
          expect(await jsonOf(refused)).toMatchObject(told);
        },
      );

      test("of a key are spent by streams", async () => {
        const key = await newKey({ requestsPerMinute: 1000, tokensPerMinute: 10 });
        const { begin, end } = wireFormats.openai;
        const stream = async () => {
          const content = `question ${randomUUID()}`;
          opened?.providers.openai.script(content, answerStream(begin(["Fi", "ne."]) + end(), "complete"));
          const body = { messages: [{ role: "user", content }], stream: true, max_tokens: 4 };
          const response = await send("/v1/chat/completions", { key, body });
          await response.text();
          return response.status;
        };

        expect([await stream(), await stream(), await stream()]).toEqual([200, 200, 429]);
      });
    });
  });
}
