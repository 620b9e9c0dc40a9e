import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { answerStream, mockModels, wireFormats } from "../support/mock-providers.ts";
import { eventsOf, get, jsonOf, post } from "../topology/requests.ts";
import type { GatewayWorld } from "./gateway.ts";

const greeting = {
  message: "LLM Platform API is running",
  versions: {
    "v0.2": "/api/v0.2 (recommended - unified streaming API)",
    v1: "/api/v1 (original endpoints)",
    legacy: "/ (will be deprecated)",
  },
  note: "Use v0.2 for the latest OpenAI/Anthropic compatible streaming API.",
};

export function describeHttp({ world, provider }: GatewayWorld): void {
  const complete = (requestId: string, more: object = {}, headers: Readonly<Record<string, string>> = {}) =>
    post(
      world(),
      "/v1/chat/completions",
      { model: mockModels.openai, messages: [{ role: "user", content: requestId }], ...more },
      { requestId, headers },
    );

  describe("plain HTTP", () => {
    test("greets at / word for word, sixty times a minute", async () => {
      const first = await fetch(`${world().url}/`);
      expect(first.status).toBe(200);
      expect(await first.text()).toBe(JSON.stringify(greeting));
      const more = await Promise.all(Array.from({ length: 64 }, () => fetch(`${world().url}/`)));
      const limited = more.filter(({ status }) => status === 429);
      expect(more.filter(({ status }) => status === 200)).toHaveLength(59);
      expect(limited).toHaveLength(5);
      expect(await limited[0]?.json()).toMatchObject({ error: "Rate limit exceeded: 60 per 1 minute" });
      const seconds = Number(limited[0]?.headers.get("retry-after"));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      expect((await fetch(`${world().url}/health/live`)).status).toBe(200);
    });

    test("keeps a good X-Request-Id, in answer, error and log", async () => {
      const requestId = `unity-${randomUUID()}`;
      provider().script(requestId, wireFormats.openai.whole("Hi."));
      const response = await complete(requestId);
      expect(response.headers.get("x-request-id")).toBe(requestId);
      await expect
        .poll(
          () =>
            world()
              .logs()
              .filter((line) => line["requestId"] === requestId),
          { timeout: 5_000 },
        )
        .toContainEqual(expect.objectContaining({ operation: "chat.create-chat-completion", outcome: "OK" }));
      const refused = await post(world(), "/api/v1/chat", { model: "none", message: "x" }, { requestId });
      expect(await jsonOf(refused)).toMatchObject({ request_id: requestId });
    });

    test.each(["short", "with blanks in it", "<script>alert(1)</script>", "x".repeat(200)])(
      "replaces the X-Request-Id %s",
      async (given) => {
        const response = await fetch(`${world().url}/health/live`, { headers: { "x-request-id": given } });
        expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      },
    );

    test("gives each request an id, a Server-Timing and the security headers, errors too", async () => {
      const paths = ["/health/live", "/openapi.json", "/nowhere", "/v1/models"];
      const responses = await Promise.all(paths.map((path) => fetch(world().url + path)));
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 404, 401]);
      for (const { headers } of responses) {
        expect(headers.get("server-timing")).toMatch(/^gateway;dur=[\d.]+$/);
        expect(headers.get("x-content-type-options")).toBe("nosniff");
        expect(headers.get("x-frame-options")).toBe("DENY");
        expect(headers.get("referrer-policy")).toBe("no-referrer");
        expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      }
      expect(new Set(responses.map(({ headers }) => headers.get("x-request-id"))).size).toBe(paths.length);
    });

    test("compresses answers from 1000 bytes on, for who wants it", async () => {
      const requestId = randomUUID();
      const lengthOf = async (content: string, encoding: string) => {
        provider().script(requestId, wireFormats.openai.whole(content));
        const response = await complete(requestId, {}, { "accept-encoding": encoding });
        const { headers } = response;
        const { length } = await response.text();
        return { length, encoding: headers.get("content-encoding"), vary: headers.get("vary") ?? "" };
      };
      const { length: bare } = await lengthOf("", "identity");
      const below = await lengthOf("x".repeat(999 - bare), "gzip");
      const above = await lengthOf("x".repeat(1000 - bare), "gzip");
      const plain = await lengthOf("x".repeat(1000 - bare), "identity");
      expect(below).toMatchObject({ length: 999, encoding: null });
      expect(above).toMatchObject({ length: 1000, encoding: "gzip" });
      expect(plain).toMatchObject({ length: 1000, encoding: null });
      for (const { vary } of [above, plain]) expect(vary.toLowerCase()).toContain("accept-encoding");
    });

    test.each(["/v1/chat/completions", "/api/v1/chat"])("never compresses or buffers a stream of %s", async (path) => {
      const requestId = randomUUID();
      const { begin, end } = wireFormats.openai;
      provider().script(requestId, answerStream(begin(["x".repeat(3000)]) + end(), "complete"));
      const body = { model: mockModels.openai, messages: [{ role: "user", content: requestId }], stream: true };
      const response = await post(world(), path, body, {
        requestId,
        headers: { "accept-encoding": "gzip, deflate, br" },
      });
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache",
        "x-accel-buffering": "no",
        "x-request-id": requestId,
        "x-content-type-options": "nosniff",
      });
      expect(response.headers.get("content-encoding")).toBeNull();
      expect((await eventsOf(response)).at(-1)).toBe("[DONE]");
    });

    test("passes each chunk on while the provider still answers", async () => {
      const requestId = randomUUID();
      const { begin, end } = wireFormats.openai;
      const finish = Promise.withResolvers<void>();
      provider().script(requestId, async (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" }).write(begin(["first"]));
        await finish.promise;
        response.end(end());
      });
      const response = await complete(requestId, { stream: true });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let seen = "";
      while (!seen.includes("first")) seen += (await reader?.read())?.value ?? "";
      finish.resolve();
      while (!seen.includes("[DONE]")) seen += (await reader?.read())?.value ?? "";
      expect(seen).toContain("stop");
    });

    test.each(["/health", "/v1/models", "/api/v1/chat/personas", "/openapi.json"])(
      "serves %s with a slash at its end, without a redirect",
      async (path) => {
        const response = await fetch(`${world().url}${path}/`, {
          redirect: "manual",
          headers: { "x-api-key": world().key },
        });
        expect(response.status).toBe(200);
        expect(await response.json()).toMatchObject({});
      },
    );

    test("serves a POST with a slash at its end", async () => {
      const requestId = randomUUID();
      provider().script(requestId, wireFormats.openai.whole("Hi."));
      const body = { model: mockModels.openai, messages: [{ role: "user", content: requestId }] };
      expect((await post(world(), "/v1/chat/completions/", body)).status).toBe(200);
    });

    test.each(["/health", "/v1/models", "/openapi.json"])("answers HEAD %s like GET, without a body", async (path) => {
      const response = await fetch(world().url + path, { method: "HEAD", headers: { "x-api-key": world().key } });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe((await get(world(), path)).headers.get("content-type"));
      expect(await response.text()).toBe("");
    });

    test("answers 404 on an unknown path, whatever the method and without credentials", async () => {
      for (const method of ["GET", "POST", "DELETE"]) {
        const response = await fetch(`${world().url}/api/v9/nothing`, { method });
        expect(response.status).toBe(404);
        expect(await jsonOf(response)).toMatchObject({ detail: "Not Found" });
      }
    });

    test.each([
      ["DELETE", "/v1/models", "GET, HEAD"],
      ["GET", "/v1/chat/completions", "POST"],
      ["PUT", "/api/v1/chat/", "POST"],
      ["POST", "/health", "GET, HEAD"],
      ["OPTIONS", "/health", "GET, HEAD"],
    ])("answers 405 on %s %s and names what is allowed", async (method, path, allowed) => {
      const response = await fetch(world().url + path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe(allowed);
      const told = { message: "Method Not Allowed" };
      expect(await jsonOf(response)).toMatchObject(
        path.startsWith("/v1/") ? { error: told } : { detail: told.message },
      );
    });

    test("adds two numbers, as its oldest example did", async () => {
      const sum = async (body: string) =>
        jsonOf(await fetch(`${world().url}/calculator/add`, { method: "POST", body }));
      expect(await sum('{"a":2,"b":3.5}')).toEqual({ result: 5.5 });
      expect(await sum("")).toEqual({ result: 0 });
    });
  });
}
