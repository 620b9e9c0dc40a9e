import { createHash, randomUUID } from "node:crypto";
import { allContracts, auth, chat, GaiaError } from "@gaia/contracts";
import { implement } from "@gaia/kit/binding";
import { describe, expect, test } from "vitest";
import { ada, adaKey, createTestGateway, hashOf, personas } from "./testing/create-test-gateway.ts";

const asAda = { "x-api-key": adaKey };
const question = { messages: [{ role: "user", content: "Hi" }] };

function post(body: unknown, headers: Record<string, string> = asAda): RequestInit {
  return { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers };
}

describe("an operation", () => {
  test("is answered by its service", async () => {
    const { send } = await createTestGateway();

    const response = await send("/api/v1/chat/personas", { headers: asAda });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(personas);
  });

  test.each(["/api/v1/chat/personas", "/api/v1/chat/personas/"])("is at %s, without a redirect", async (path) => {
    const { send } = await createTestGateway();

    expect((await send(path, { headers: asAda })).status).toBe(200);
  });

  test("gets who calls, and the request's id", async () => {
    const seen: unknown[] = [];
    const listPersonas = implement(chat.listPersonas, async ({ requestId, principal }) => {
      seen.push({ requestId, principal });
      return personas;
    });
    const { send } = await createTestGateway({ bindings: [listPersonas] });

    await send("/api/v1/chat/personas", { headers: { ...asAda, "x-request-id": "request-of-ada" } });

    expect(seen).toEqual([{ requestId: "request-of-ada", principal: ada }]);
  });

  test("of a service that is away is 503 in the route's dialect", async () => {
    const { send } = await createTestGateway();

    const response = await send("/v1/models", { headers: asAda });

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { message: "Service chat unavailable", type: "api_error" } });
  });

  test("that takes too long is 504", async () => {
    const never = implement(chat.listPersonas, () => new Promise(() => undefined));
    const { send } = await createTestGateway({ bindings: [never], timeoutMs: 20 });

    expect((await send("/api/v1/chat/personas", { headers: asAda })).status).toBe(504);
  });

  test("decodes what its path names", async () => {
    const names: string[] = [];
    const getModel = implement(chat.getModel, async (_context, { model }) => {
      names.push(model);
      throw new GaiaError("NOT_FOUND", "No such model");
    });
    const { send } = await createTestGateway({ bindings: [getModel] });

    await send("/v1/models/meta%2Fllama%203", { headers: asAda });
    await send("/v1/models/real?model=fake", { headers: asAda });

    expect(names).toEqual(["meta/llama 3", "real"]);
  });

  test.each([
    ["a list", "[]", 422],
    ["no JSON", "{", 400],
    ["a wrong type", '{"a":"x"}', 422],
  ])("with a body that is %s is refused in FastAPI's shape, without the body", async (_what, body, status) => {
    const { send } = await createTestGateway();

    const response = await send("/calculator/add", post(body, {}));

    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty("detail");
  });

  test("of the gateway's own needs no key and no service", async () => {
    const { send, lookups } = await createTestGateway({ isReady: () => false });

    expect(await (await send("/calculator/add", post({ a: 2, b: 3.5 }, asAda))).json()).toEqual({ result: 5.5 });
    expect(await (await send("/calculator/add", post("", {}))).json()).toEqual({ result: 0 });
    expect(lookups).toEqual([]);
  });

  test("of a service waits for the database, and says so", async () => {
    const { send } = await createTestGateway({ isReady: () => false });

    const response = await send("/api/v1/chat/personas", { headers: asAda });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
  });
});

describe("a stream", () => {
  test("goes to its service with the caller sealed and nothing of the client's credentials", async () => {
    const { send, forwarded } = await createTestGateway();

    await send(
      "/v1/chat/completions?x=1",
      post(question, {
        ...asAda,
        authorization: "Bearer other",
        cookie: "a=b",
        accept: "text/event-stream",
        "x-gaia-caller": "forged",
        "x-request-id": "request-1",
      }),
    );

    expect(forwarded).toMatchObject([
      { caller: { requestId: "request-1", principal: ada }, body: JSON.stringify(question) },
    ]);
    const { headers, url } = forwarded[0]?.request ?? new Request("http://none");
    expect(new URL(url).search).toBe("?x=1");
    expect(headers.get("accept")).toBe("text/event-stream");
    expect([...headers].join(" ")).not.toMatch(/key-of-ada|forged|Bearer|a=b/);
  });

  test("comes piece by piece, uncompressed", async () => {
    const last = Promise.withResolvers<void>();
    async function* pieces() {
      yield new TextEncoder().encode(`data: ${"x".repeat(2000)}\n\n`);
      await last.promise;
      yield new TextEncoder().encode("data: [DONE]\n\n");
    }
    const upstream = async () =>
      new Response(ReadableStream.from(pieces()), { headers: { "content-type": "text/event-stream" } });
    const { send } = await createTestGateway({ upstream });

    const response = await send("/v1/chat/completions", post(question, { ...asAda, "accept-encoding": "gzip" }));
    const reader = response.body?.getReader();
    const first = await reader?.read();
    last.resolve();

    expect(new TextDecoder().decode(first?.value)).toMatch(/^data: x+\n\n$/);
    expect(response.headers.has("content-encoding")).toBe(false);
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: [DONE]\n\n");
  });

  test("is refused before its body is read", async () => {
    const { send, forwarded } = await createTestGateway();

    expect((await send("/v1/chat/completions", post("{", {}))).status).toBe(401);
    expect(forwarded).toEqual([]);
  });

  test("that is too large is 413", async () => {
    const { send } = await createTestGateway();
    const headers = { ...asAda, "content-length": String(11 * 1024 * 1024) };

    expect((await send("/v1/chat/completions", { method: "POST", body: "{}", headers })).status).toBe(413);
  });

  test("to a service that cannot be reached is an error in the route's dialect", async () => {
    const upstream = () => Promise.reject(new GaiaError("UNAVAILABLE", "Service chat unavailable"));
    const { send } = await createTestGateway({ upstream });

    expect(await (await send("/v1/chat/completions", post(question))).json()).toMatchObject({
      error: { type: "api_error" },
    });
    expect(await (await send("/api/v1/chat", post({ message: "Hi" }))).json()).toMatchObject({
      detail: "Service chat unavailable",
    });
  });
});

describe("credentials", () => {
  test("that are missing or wrong are 401 with WWW-Authenticate", async () => {
    const { send } = await createTestGateway();

    for (const headers of [{}, { "x-api-key": "wrong" }, { authorization: "Bearer wrong" }]) {
      const response = await send("/api/v1/chat/personas", { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="gaia"');
    }
  });

  test("in the query are none", async () => {
    const { send } = await createTestGateway();

    expect((await send(`/api/v1/chat/personas?api_key=${adaKey}`)).status).toBe(401);
  });

  test("never come back or get into the log", async () => {
    const { send, lines } = await createTestGateway();
    const key = randomUUID().replaceAll("-", "");

    const texts = [
      await send("/api/v1/chat/personas", { headers: { "x-api-key": key } }),
      await send("/v1/chat/completions", post("{", { authorization: `Bearer ${key}` })),
      await send("/api/v1/auth/validate", post({ api_key: [key] }, {})),
    ].map((response) => response.text());

    expect((await Promise.all(texts)).join("")).not.toContain(key);
    expect(lines.join("")).not.toContain(key);
  });

  test("are looked up once for many requests", async () => {
    const { send, lookups } = await createTestGateway();

    await Promise.all(Array.from({ length: 20 }, () => send("/api/v1/chat/personas", { headers: asAda })));

    expect(lookups).toEqual([hashOf(adaKey)]);
  });

  test("that are revoked stop working with the event", async () => {
    const { send, transport, principalsByHash } = await createTestGateway();
    expect((await send("/api/v1/chat/personas", { headers: asAda })).status).toBe(200);

    principalsByHash.clear();
    transport.publish(auth.apiKeyRevoked, {
      api_key_id: ada.apiKeyId,
      user_id: ada.userId,
      key_hash: hashOf(adaKey),
      timestamp: new Date().toISOString(),
    });

    await expect.poll(async () => (await send("/api/v1/chat/personas", { headers: asAda })).status).toBe(401);
  });
});

describe("every answer", () => {
  test.each(["/", "/api/v1/chat/personas", "/nowhere", "/docs"])(
    "of %s has its request id and the security headers",
    async (path) => {
      const { send } = await createTestGateway();

      const { headers } = await send(path, { headers: { "x-request-id": "request-1" } });

      expect(headers.get("x-request-id")).toBe("request-1");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("server-timing")).toMatch(/^gateway;dur=\d/);
    },
  );

  test("can be read by a listed page, errors too", async () => {
    const { send } = await createTestGateway();

    for (const path of ["/", "/api/v1/chat/personas", "/nowhere"]) {
      const { headers } = await send(path, { headers: { origin: "http://page.test" } });
      expect(headers.get("access-control-allow-origin")).toBe("http://page.test");
      expect(headers.get("vary")).toMatch(/\bOrigin\b/);
    }
  });

  test("to a preflight is the same for any path, without a key", async () => {
    const { send } = await createTestGateway();
    const headers = { origin: "http://page.test", "access-control-request-method": "POST" };

    for (const path of ["/v1/chat/completions", "/nowhere"]) {
      const response = await send(path, { method: "OPTIONS", headers });
      expect([response.status, await response.text(), response.headers.get("vary")]).toEqual([200, "OK", "Origin"]);
    }
  });

  test("is compressed when it is long, and the client can", async () => {
    const { send } = await createTestGateway();

    const compressed = await send("/openapi.json", { headers: { "accept-encoding": "gzip" } });
    const plain = await send("/openapi.json");
    const short = await send("/", { headers: { "accept-encoding": "gzip" } });

    expect(compressed.headers.get("content-encoding")).toBe("gzip");
    expect(compressed.headers.get("vary")).toMatch(/Accept-Encoding/i);
    expect(plain.headers.has("content-encoding")).toBe(false);
    expect(short.headers.has("content-encoding")).toBe(false);
  });

  test("to a method that a path does not have is 405, and to an unknown path 404", async () => {
    const { send } = await createTestGateway();

    expect((await send("/v1/models", { method: "DELETE" })).status).toBe(405);
    expect((await send("/v1/nowhere")).status).toBe(404);
  });

  test("to HEAD has the headers of GET and no body", async () => {
    const { send } = await createTestGateway();

    const response = await send("/health/live", { method: "HEAD" });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});

describe("the gateway's own pages", () => {
  test("greet as the original did, and only so often", async () => {
    const { send } = await createTestGateway({ rateLimit: { requests: 2, period: "minute" } });

    expect(await (await send("/")).json()).toMatchObject({ message: "LLM Platform API is running" });
    await send("/");
    const third = await send("/");

    expect(third.status).toBe(429);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await third.json()).toMatchObject({ error: "Rate limit exceeded: 2 per 1 minute" });
    expect((await send("/health/live")).status).toBe(200);
  });

  test("tell the health always with 200, and readiness with 503 while something is missing", async () => {
    const broken = await createTestGateway({ pingDatabase: () => Promise.reject(new Error("away")) });
    const fine = await createTestGateway();

    expect((await broken.send("/health")).status).toBe(200);
    expect((await broken.send("/health/ready")).status).toBe(503);
    expect((await broken.send("/health/live")).status).toBe(200);
    expect(await (await fine.send("/health/ready")).json()).toEqual({ status: "ready" });
  });

  test("describe the API as OpenAPI", async () => {
    const { send } = await createTestGateway();

    expect(await (await send("/openapi.json")).json()).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" } });
  });

  test("have a page with every route, under a policy that lets its style through and nothing else", async () => {
    const { send } = await createTestGateway();

    const response = await send("/docs");
    const page = await response.text();

    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    for (const { http } of allContracts) {
      for (const path of http === undefined ? [] : [http.path, ...(http.aliases ?? [])])
        expect(page).toContain(`<code>${path}</code>`);
    }
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const digest = createHash("sha256").update(style).digest("base64");
    expect(style).not.toBe("");
    expect(response.headers.get("content-security-policy")).toContain(`style-src 'sha256-${digest}'`);
    expect(page).not.toMatch(/<script|style=|https?:\/\/(?!localhost:8666)/);
  });

  test("have that page at /redoc too", async () => {
    const { send } = await createTestGateway();

    expect(await (await send("/redoc")).text()).toBe(await (await send("/docs")).text());
  });
});

describe("an answer that does not come", () => {
  const post = (body: object) => ({ method: "POST", headers: { "x-api-key": adaKey }, body: JSON.stringify(body) });

  test("ends a request without streaming with 504, and stops who works on it", async () => {
    const stopped = Promise.withResolvers<void>();
    const { send } = await createTestGateway({
      timeoutMs: 20,
      upstream: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            stopped.resolve();
            reject(new Error("stopped"));
          });
        }),
    });

    const response = await send("/v1/chat/completions", post({ messages: [{ role: "user", content: "Hi" }] }));

    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { message: "Service chat did not answer in time" } });
    await stopped.promise;
  });

  test("is waited for where a stream was asked for", async () => {
    const answer = Promise.withResolvers<Response>();
    const { send } = await createTestGateway({ timeoutMs: 1, upstream: () => answer.promise });

    const pending = send("/v1/chat/completions", post({ stream: true, messages: [{ role: "user", content: "Hi" }] }));
    const short = send("/v1/chat/completions", post({ messages: [{ role: "user", content: '"stream": true' }] }));

    expect((await short).status).toBe(504);
    answer.resolve(new Response("data: [DONE]\n\n"));
    expect((await pending).status).toBe(200);
  });
});

describe("an answer is stored by nobody", () => {
  const storing = async (path: string, init: RequestInit, options: Parameters<typeof createTestGateway>[0] = {}) =>
    (await (await createTestGateway(options)).send(path, init)).headers.get("cache-control");
  const validate = implement(auth.validate, async () => ({
    valid: false,
    auth_type: "none" as const,
    user_id: null,
    error: null,
  }));

  test.each<[string, string, RequestInit]>([
    ["that is for one caller", "/api/v1/chat/personas", { headers: asAda }],
    ["that refuses one", "/api/v1/chat/personas", {}],
    ["about credentials", "/api/v1/auth/validate", post({}, {})],
    ["about credentials that were refused", "/api/v1/auth/validate", post("{", {})],
    ["of another process", "/v1/chat/completions", post(question)],
  ])("%s", async (_what, path, init) => {
    expect(await storing(path, init, { bindings: [validate] })).toBe("no-store");
  });

  test("unless its service says how", async () => {
    const upstream = async () => new Response("{}", { headers: { "cache-control": "no-cache" } });

    expect(await storing("/v1/chat/completions", post(question), { upstream })).toBe("no-cache");
  });

  test("but may be where everybody gets the same", async () => {
    expect(await storing("/openapi.json", {})).toBeNull();
    expect(await storing("/", {})).toBeNull();
  });
});
