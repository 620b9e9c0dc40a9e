import { type Caller, chat, forbidden } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { implementStream, type StreamBinding } from "../binding.ts";
import { callerHeader, createCallerSeal, deferCallerSeal } from "../caller.ts";
import { Secret } from "../config/secret.ts";
import type { Context } from "../context.ts";
import { createLog } from "../log.ts";
import { createServiceApp } from "./service-app.ts";

const ada: Caller = {
  requestId: "request-1",
  principal: {
    kind: "api-key",
    userId: "7b1d0000-0000-4000-8000-000000000001",
    email: "ada@example.test",
    apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
    grants: {},
    limits: { requestsPerMinute: null, tokensPerMinute: null },
    permissions: ["chat:create", "conversation:read", "model:read", "persona:read"],
  },
};
const guest: Caller = { requestId: "request-2", principal: { kind: "guest", permissions: [] } };
const question = { messages: [{ role: "user", content: "Hi" }] };

type Handle = (context: Context, input: chat.ChatCompletionRequest) => Promise<Response>;

async function setup(handle: Handle = async () => new Response("streamed")) {
  const lines: string[] = [];
  const log = await createLog({ level: "debug", pretty: false, destination: { write: (line) => lines.push(line) } });
  const seal = createCallerSeal(new Secret("between us"));
  const bindings: StreamBinding[] = [
    implementStream(chat.createChatCompletion, handle),
    implementStream(chat.chat, async () => Promise.reject(forbidden("persona:use"))),
    implementStream(chat.listConversationMessages, async (_context, input) => Response.json(input)),
  ];
  const service = { name: "chat" as const, version: "1.2.3", bindings };
  const fetch = createServiceApp({ service, seal, log });
  const ask = (body: unknown, sealed: string | null, path = "/v1/chat/completions") =>
    fetch(
      new Request(`http://chat${path}`, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: sealed === null ? {} : { [callerHeader]: sealed },
      }),
    );
  return { fetch, ask, seal, lines, log, service };
}

describe("a service's HTTP side", () => {
  test("answers its health to everybody", async () => {
    const { fetch } = await setup();

    const response = await fetch(new Request("http://chat/health"));

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      service: "chat",
      status: "healthy",
      version: "1.2.3",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  test("answers a sealed caller, with parsed input and the caller in the context", async () => {
    const seen: unknown[] = [];
    const { ask, seal } = await setup(async ({ requestId, principal }, input) => {
      seen.push({ requestId, principal }, input);
      return new Response("streamed");
    });

    const response = await ask(question, seal.seal(ada));

    expect(await response.text()).toBe("streamed");
    expect(seen).toEqual([ada, question]);
  });

  test("takes the query for input too, where the body does not say otherwise", async () => {
    const seen: unknown[] = [];
    const { ask, seal } = await setup(async (_context, input) => {
      seen.push(input);
      return new Response();
    });

    await ask({ ...question, model: "b" }, seal.seal(ada), "/v1/chat/completions?model=a&user=x%20y");

    expect(seen).toEqual([{ ...question, model: "b", user: "x y" }]);
  });

  test.each([
    ["without a seal", () => null],
    ["with an empty seal", () => ""],
    ["with an altered seal", (sealed: string) => `${sealed.slice(0, -1)}${sealed.endsWith("A") ? "B" : "A"}`],
    ["with somebody else's seal", () => createCallerSeal(new Secret("theirs")).seal(ada)],
    ["with an old seal", () => createCallerSeal(new Secret("between us"), () => Date.now() - 120_000).seal(ada)],
  ])("refuses a caller %s, and does not run", async (_what, sealFrom) => {
    let runs = 0;
    const { ask, seal } = await setup(async () => new Response(String((runs += 1))));

    const response = await ask(question, sealFrom(seal.seal(ada)));

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { type: "authentication_error" } });
    expect(runs).toBe(0);
  });

  test("takes the path for input too, whatever the query says", async () => {
    const { fetch, seal } = await setup();
    const url = "http://chat/api/v1/conversations/a%20b/messages?conversation_id=other&limit=7";

    const response = await fetch(new Request(url, { headers: { [callerHeader]: seal.seal(ada) } }));

    expect(await response.json()).toEqual({ conversation_id: "a b", limit: 7, order: "asc" });
  });

  test("believes no caller in the body", async () => {
    const { ask } = await setup();

    expect((await ask({ ...question, _auth: ada }, null)).status).toBe(401);
  });

  test("is unavailable, in the route's dialect, while its seal is not there yet", async () => {
    const { log, service } = await setup();
    const fetch = createServiceApp({ service, seal: deferCallerSeal(), log });

    const response = await fetch(new Request("http://chat/v1/chat/completions", { method: "POST", body: "{}" }));

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { type: "api_error" } });
  });

  test.each([
    ["a guest", guest, question, 403, "permission_error"],
    ["a body that is no JSON", ada, "{", 400, "invalid_request_error"],
    ["input that breaks the contract", ada, { messages: [] }, 400, "invalid_request_error"],
  ])(
    "refuses %s in the route's dialect, with the request id, and logs it",
    async (_what, caller, body, status, type) => {
      const { ask, seal, lines } = await setup();

      const response = await ask(body, seal.seal(caller));

      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ error: { type }, request_id: caller.requestId });
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? "")).toMatchObject({
        operation: "chat.create-chat-completion",
        requestId: caller.requestId,
      });
    },
  );

  test("gives what a handler refuses its status and the dialect of that route", async () => {
    const { ask, seal } = await setup();

    const response = await ask({ message: "Hi" }, seal.seal(ada), "/api/v1/chat");

    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ detail: "Permission denied: persona:use", code: "FORBIDDEN" });
  });

  test("hides what a handler did not expect", async () => {
    const { ask, seal, lines } = await setup(() => Promise.reject(new Error("relation api_keys")));

    const response = await ask(question, seal.seal(ada));

    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("api_keys");
    expect(lines.join("")).toContain("api_keys");
  });

  test("tells the handler in which form of a vendor's dialect the caller speaks, and no other header", async () => {
    const seen: unknown[] = [];
    const { fetch, seal } = await setup(async ({ dialectHeaders }) => {
      seen.push(dialectHeaders);
      return new Response();
    });

    await fetch(
      new Request("http://chat/v1/chat/completions", {
        method: "POST",
        body: JSON.stringify(question),
        headers: { [callerHeader]: seal.seal(ada), "anthropic-version": "2026-10-21", "x-api-key": "secret" },
      }),
    );

    expect(seen).toEqual([{ "anthropic-version": "2026-10-21" }]);
  });

  test("lends the handler the request's signal", async () => {
    const gone = new AbortController();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const { fetch, seal } = await setup(async ({ signal }) => {
      signal.addEventListener("abort", () => resolve(true));
      return new Response("begun");
    });

    const headers = { [callerHeader]: seal.seal(ada) };
    const init = { method: "POST", body: JSON.stringify(question), headers, signal: gone.signal };
    await fetch(new Request("http://chat/v1/chat/completions", init));
    gone.abort();

    expect(await promise).toBe(true);
  });

  test("does not know other paths", async () => {
    const { fetch } = await setup();

    expect((await fetch(new Request("http://chat/v1/elsewhere"))).status).toBe(404);
  });
});
