import { createHash } from "node:crypto";
import { createClient } from "@gaia/client";
import { auth, chat, GaiaError, type Principal } from "@gaia/contracts";
import { createGateway } from "@gaia/gateway";
import { implement, implementStream } from "@gaia/kit/binding";
import { createCallerSeal } from "@gaia/kit/caller";
import { Secret } from "@gaia/kit/config/secret";
import { createServiceApp } from "@gaia/kit/http/service-app";
import { createMemoryLimits } from "@gaia/kit/limits/memory-limits";
import { createLog } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";
import { describe, expect, test } from "vitest";

const key = "key-of-ada";
const ada: Principal = {
  kind: "api-key",
  userId: "7b1d0000-0000-4000-8000-000000000001",
  email: "ada@example.test",
  apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
  grants: {},
  limits: { requestsPerMinute: null, tokensPerMinute: null },
  permissions: ["chat:create", "conversation:read", "model:read", "persona:read"],
};
const messages = [{ role: "user" as const, content: "Hi" }];

function chunk(content: string): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "test-model",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  };
}

/** A real gateway in this process, a chat service that streams `events`, and the client in front. */
async function setup(events: () => AsyncIterable<string>, apiKey = key) {
  const log = await createLog({ level: "silent", pretty: false });
  const transport = createLocalTransport({ log });
  const seal = createCallerSeal(new Secret("between us"));
  const seen: { model?: string; isWhole?: boolean } = {};
  const keyHash = createHash("sha256").update(key).digest("hex");
  const complete = implementStream(chat.createChatCompletion, async (_context, { stream }) => {
    seen.isWhole = stream === false;
    if (stream !== true) throw new GaiaError("RATE_LIMITED", "Busy", { retryAfterSeconds: 2, reason: "provider.busy" });
    const encoder = new TextEncoder();
    const bytes = ReadableStream.from(events()).pipeThrough(
      new TransformStream<string, Uint8Array>({
        transform: (text, controller) => controller.enqueue(encoder.encode(text)),
      }),
    );
    return new Response(bytes, { headers: { "content-type": "text/event-stream" } });
  });
  await transport.serve([
    implement(auth.verifyApiKey, async (_context, input) => ({
      principal: input.keyHash === keyHash ? ada : null,
      expiresAt: null,
    })),
    implement(chat.getModel, async (_context, { model }) => {
      seen.model = model;
      throw new GaiaError("NOT_FOUND", "No such model", { reason: "model.not_found", details: { available: ["m"] } });
    }),
    implement(chat.listPersonas, async () => ({ success: true as const, personas: [], total: 0, message: "ok" })),
  ]);
  const service = createServiceApp({ service: { name: "chat", version: "1.0.0", bindings: [complete] }, seal, log });
  const gateway = createGateway({
    version: "1.0.0",
    transport,
    upstreamTo: () => service,
    seal,
    log,
    timeoutMs: 1000,
    allowedOrigins: [],
    limits: createMemoryLimits(),
    limitSettings: {
      addressRequests: 100,
      failedCredentials: 10,
      credentials: 10,
      requests: 100,
      userRequests: 100,
      modelRequests: 100,
    },
    rateLimit: { requests: 10, period: "minute" },
    addressOf: () => "192.0.2.1",
    pingDatabase: async () => 1,
    isCacheConnected: () => null,
    supabaseUrl: null,
    isReady: () => true,
    isDevelopmentKeyAllowed: false,
    now: () => new Date(),
  });
  const fetch = (url: string, init: RequestInit) => gateway.fetch(new Request(url, init));
  return { client: createClient({ baseUrl: "http://gaia.test", apiKey, fetch }), seen };
}

async function* answer(...events: readonly string[]) {
  yield* events;
}

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;

describe("the typed client and a real gateway", () => {
  test("agree on operations, pages and what the gateway answers itself", async () => {
    const { client } = await setup(() => answer());

    expect(await client.chat.listPersonas()).toEqual({ success: true, personas: [], total: 0, message: "ok" });
    expect(await client.gateway.addNumbers({ a: 2, b: 3 })).toEqual({ result: 5 });
    expect((await client.gateway.health()).database.status).toBe("healthy");
    expect(await client.gateway.docs()).toContain("<h1>Gaia API</h1>");
    expect((await client.gateway.openApi())["openapi"]).toBe("3.1.0");
  });

  test("agree on what a path carries, and on errors of a vendor's dialect", async () => {
    const { client, seen } = await setup(() => answer());

    const failure = await client.chat.getModel({ model: "meta/llama 3?" }).catch((error: unknown) => error);

    expect(seen.model).toBe("meta/llama 3?");
    expect(failure).toMatchObject({
      code: "NOT_FOUND",
      reason: "model_not_found",
      details: { available: ["m"], status: 404 },
    });
  });

  test("agree on who is let in", async () => {
    const { client } = await setup(() => answer(), "wrong");

    const failure = await client.chat.listPersonas().catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: "UNAUTHENTICATED",
      message: "Could not validate credentials",
      reason: "credentials.invalid",
    });
    expect(failure).toHaveProperty("details.request_id", expect.stringMatching(/^[\w-]{36}$/));
  });

  test("agree on streams, chunk by chunk", async () => {
    const second = Promise.withResolvers<void>();
    const { client } = await setup(async function* events() {
      yield event(chunk("Hel"));
      await second.promise;
      yield event(chunk("lo"));
      yield "data: [DONE]\n\n";
    });

    const texts: unknown[] = [];
    for await (const { choices } of client.chat.createChatCompletion.stream({ messages })) {
      texts.push(choices[0]?.delta.content);
      second.resolve();
    }

    expect(texts).toEqual(["Hel", "lo"]);
  });

  test("agree that leaving the loop ends the answer at its source", async () => {
    const ended = Promise.withResolvers<void>();
    const { client } = await setup(async function* events() {
      try {
        for (;;) yield event(chunk("more"));
      } finally {
        ended.resolve();
      }
    });

    for await (const _chunk of client.chat.createChatCompletion.stream({ messages })) break;

    await expect(ended.promise).resolves.toBeUndefined();
  });

  test("agree on a whole answer that fails", async () => {
    const { client, seen } = await setup(() => answer());

    const failure = await client.chat.createChatCompletion({ messages }).catch((error: unknown) => error);

    expect(seen.isWhole).toBe(true);
    expect(failure).toMatchObject({
      code: "RATE_LIMITED",
      message: "Busy",
      reason: "provider_busy",
      retryAfterSeconds: 2,
    });
  });
});
