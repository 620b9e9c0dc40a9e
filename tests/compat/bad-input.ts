import { request as httpRequest } from "node:http";
import { describe, expect, test } from "vitest";
import { mockModels } from "../support/mock-providers.ts";
import { jsonOf, post } from "../topology/requests.ts";
import type { GatewayWorld } from "./gateway.ts";

const bodyRoutes = ["/v1/chat/completions", "/api/v1/chat/completions", "/api/v1/chat"] as const;
const megabyte = 1024 * 1024;

export function describeBadInput({ world }: GatewayWorld): void {
  const postText = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(world().url + path, { method: "POST", headers: { "x-api-key": world().key }, body });

  describe("bad input", () => {
    const gaiaError = { detail: "The request body is not valid JSON", code: "INVALID_JSON" };
    const openAiError = { error: { type: "invalid_request_error", code: "body_invalid_json", param: null } };
    test.each([
      ["/api/v1/chat", gaiaError],
      ["/v1/chat/completions", openAiError],
      ["/api/v1/chat/completions", { ...gaiaError, ...openAiError }],
    ] as const)("%s: what is not JSON is 400", async (path, error) => {
      for (const body of ['{"message":', "not json", new Uint8Array([0x22, 0xff, 0x22])]) {
        const response = await postText(path, body);
        expect(response.status).toBe(400);
        expect(await jsonOf(response)).toMatchObject(error);
      }
    });

    test.each(["[]", "null", '"text"', "7"])("JSON that is no object is refused: %s", async (body) => {
      expect((await postText("/api/v1/chat", body)).status).toBe(422);
      expect((await postText("/api/v1/chat/completions", body)).status).toBe(422);
      expect((await postText("/v1/chat/completions", body)).status).toBe(400);
      expect((await postText("/api/v1/auth/validate", body)).status).toBe(422);
    });

    const secret = "s3cret-that-must-not-come-back";
    test.each([
      ["/api/v1/chat", { message: { text: secret } }, ["body", "message"]],
      ["/api/v1/chat", { message: "hi", temperature: secret }, ["body", "temperature"]],
      ["/api/v1/chat", { messages: [{ role: secret, content: "x" }] }, ["body", "messages", 0, "role"]],
      ["/api/v1/auth/validate", { api_key: [secret] }, ["body", "api_key"]],
      ["/api/v1/chat/completions", { message: 5, note: secret }, ["body", "message"]],
      ["/calculator/add", { a: secret }, ["body", "a"]],
    ] as const)("%s: wrong types are 422 with FastAPI's list, without what was sent: %j", async (path, body, loc) => {
      const response = await post(world(), path, body);
      expect(response.status).toBe(422);
      const text = await response.text();
      expect(text).not.toContain(secret);
      const { detail } = JSON.parse(text) as { readonly detail: readonly object[] };
      expect(detail).toContainEqual({ type: expect.any(String), loc, msg: expect.any(String) });
    });

    test("a refused secret is not in the log either", async () => {
      await post(world(), "/api/v1/auth/validate", { api_key: { secret } });
      await post(world(), "/api/v1/chat", { message: { secret } });
      await fetch(`${world().url}/v1/models`, { headers: { "x-api-key": secret } });
      const log = JSON.stringify(world().logs());
      expect(log).toContain("auth.validate");
      expect(log).not.toContain(secret);
    });

    test.each([
      [{}, "messages"],
      [{ messages: "hello" }, "messages"],
      [{ messages: [] }, "messages"],
      [{ messages: [{ role: "user", content: "x" }], temperature: "hot" }, "temperature"],
      [{ messages: [{ role: "user", content: "x" }], max_tokens: -1 }, "max_tokens"],
      [{ messages: [{ role: "wizard", content: "x" }] }, "messages.0.role"],
      [{ messages: [{ role: "user", content: "x" }], tools: [{ type: "function" }] }, "tools.0.function"],
    ])("an OpenAI client learns which parameter is wrong: %j", async (body, param) => {
      const response = await post(world(), "/v1/chat/completions", body);
      expect(response.status).toBe(400);
      expect(await jsonOf(response)).toMatchObject({ error: { type: "invalid_request_error", param } });
    });

    test("an unknown model is 404 in the route's dialect, with the models that exist", async () => {
      const body = { model: "gpt-none", messages: [{ role: "user", content: "x" }] };
      const openai = await post(world(), "/v1/chat/completions", body);
      expect(openai.status).toBe(404);
      expect(await jsonOf(openai)).toMatchObject({
        error: {
          type: "invalid_request_error",
          code: "model_not_found",
          message: expect.stringContaining(mockModels.openai),
          details: { available: [mockModels.openai] },
        },
      });
      const gaia = await post(world(), "/api/v1/chat", body);
      expect(gaia.status).toBe(404);
      expect(await jsonOf(gaia)).toMatchObject({
        detail: expect.stringContaining(mockModels.openai),
        code: "NOT_FOUND",
        details: { available: [mockModels.openai] },
      });
      const both = await post(world(), "/api/v1/chat/completions", body);
      expect(both.status).toBe(404);
      expect(await jsonOf(both)).toMatchObject({ detail: expect.any(String), error: { code: "model_not_found" } });
      const get = await fetch(`${world().url}/v1/models/gpt-none`, { headers: { "x-api-key": world().key } });
      expect(get.status).toBe(404);
      expect(await jsonOf(get)).toMatchObject({ error: { code: "model_not_found" } });
    });

    describe.each(bodyRoutes)("a body above ten megabytes at %s", (path) => {
      test("is refused by its declared size, before it is sent", async () => {
        const { status, body } = await sendSlowly(path, { "content-length": String(11 * megabyte) }, 0);
        expect(status).toBe(413);
        expect(body).toContain("larger than 10 MB");
      });

      test("is refused in the middle when its size is not declared", async () => {
        const { status, body } = await sendSlowly(path, { "transfer-encoding": "chunked" }, 11);
        expect(status).toBe(413);
        expect(body).toContain("larger than 10 MB");
      });

      test("is refused to a client that sends all of it, too", async () => {
        const response = await postText(path, JSON.stringify({ message: "x".repeat(11 * megabyte) }));
        expect(response.status).toBe(413);
      });
    });

    /** Sends some megabytes of a body and never its end. */
    async function sendSlowly(path: string, headers: Readonly<Record<string, string>>, megabytes: number) {
      const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
      const request = httpRequest(world().url + path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": world().key, ...headers },
      });
      request.on("error", reject).on("response", (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      });
      request.flushHeaders();
      for (let sent = 0; sent < megabytes; sent += 1) request.write("x".repeat(megabyte));
      try {
        return await promise;
      } finally {
        request.on("error", () => undefined).destroy();
      }
    }
  });
}
