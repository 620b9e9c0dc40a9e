import { ChatCompletion, GaiaError } from "@gaia/contracts";
import type { PassThrough } from "@gaia/providers";
import { describe, expect, test } from "vitest";
import { ask, input, openChatWorld } from "../testing/open-chat-world.ts";
import { parts, type Script, text } from "../testing/scripted-registry.ts";
import { chatHandlers } from "../handlers.ts";
import { respond } from "./respond.ts";

const world = await openChatWorld();
const busy = () => new GaiaError("RATE_LIMITED", "The provider is busy", { reason: "provider.rate_limited" });
const described = { hasMetadata: true, streamErrors: "gaia" } as const;
const plain = { hasMetadata: false, streamErrors: "openai" } as const;

/** A provider that speaks the caller's dialect, and what it was sent. */
function passThroughOf(status: number, ...pieces: readonly string[]) {
  const sent: Record<string, unknown>[] = [];
  const passThrough: PassThrough = {
    provider: "openai",
    dialect: "openai",
    async send(request) {
      sent.push(JSON.parse(String(request.body)));
      const body = ReadableStream.from(pieces.map((piece) => new TextEncoder().encode(piece)));
      return { status, headers: {}, body, text: async () => pieces.join("") };
    },
  };
  return { passThrough, sent };
}

describe("a whole answer", () => {
  test("is OpenAI's object with Gaia's metadata, and is stored", async () => {
    const { deps, context, messages } = await world.setup();

    const response = await respond(deps, context, { ...input(ask("Hi"), { conversation: "new" }), ...described });
    const completion = ChatCompletion.parse(await response.json());

    expect(completion).toMatchObject({
      model: "test-model",
      choices: [{ message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14, input_tokens: 10, output_tokens: 4 },
      _metadata: { request_id: "request-1", route_type: "direct" },
    });
    expect(completion._metadata?.conversation_id).toBe(completion.conversation_id);
    expect(response.headers.get("x-conversation-id")).toBe(completion.conversation_id);
    expect((await messages()).map(({ role, content }) => [role, content])).toEqual([
      ["user", "Hi"],
      ["assistant", "Hello"],
    ]);
  });

  test("in a vendor's dialect has none of Gaia's fields", async () => {
    const { deps, context } = await world.setup();

    const answer = await (await respond(deps, context, { ...input(ask("Hi")), ...plain })).json();

    expect(answer).not.toHaveProperty("_metadata");
    expect(answer).not.toHaveProperty("conversation_id");
  });

  test("knows what was said before in its conversation", async () => {
    const echo: Script = (prompt) =>
      parts(text(prompt.includes("I am Ada") ? "Ada" : "Nobody"), {
        type: "finish",
        finishReason: { unified: "stop", raw: "stop" },
        usage: {
          inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 1, text: 1, reasoning: 0 },
        },
      })(prompt, undefined);
    const { deps, context, conversations } = await world.setup({ script: echo });
    await respond(deps, context, { ...input(ask("I am Ada"), { conversation: "new" }), ...described });
    const [conversation] = await conversations();

    const response = await respond(deps, context, {
      ...input(ask("Who am I?"), { conversation: conversation?.id ?? "" }),
      ...described,
    });

    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "Ada" } }] });
  });

  test("that fails is the model's error, stored with the question, and told in one wide event", async () => {
    const broken = busy();
    const { deps, context, messages, events } = await world.setup({ script: parts({ type: "error", error: broken }) });

    await expect(respond(deps, context, { ...input(ask("Hi"), { conversation: "new" }), ...described })).rejects.toBe(
      broken,
    );

    expect((await messages()).map(({ role, status }) => [role, status])).toEqual([
      ["user", "complete"],
      ["assistant", "failed"],
    ]);
    expect(events().filter(({ outcome }) => outcome === "RATE_LIMITED")).toHaveLength(1);
  });
});

describe("a streamed answer", () => {
  test("is an unbuffered event stream with metadata on its last chunk", async () => {
    const { deps, context } = await world.setup();

    const response = await respond(deps, context, {
      ...input(ask("Hi", { stream: true }), { conversation: "new" }),
      ...described,
    });
    const events = (await response.text()).trim().split("\n\n");

    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    expect(events.at(-1)).toBe("data: [DONE]");
    expect(events.filter((event) => event.includes("_metadata"))).toEqual([events.at(-2)]);
    expect(events.at(-2)).toContain(`"conversation_id":"${response.headers.get("x-conversation-id")}"`);
  });

  test("that fails before it begins fails with its status", async () => {
    const broken = busy();
    const { deps, context } = await world.setup({ script: parts({ type: "error", error: broken }) });

    await expect(respond(deps, context, { ...input(ask("Hi", { stream: true })), ...plain })).rejects.toBe(broken);
  });

  test.each([
    [plain, ['"code":"provider_rate_limited"']],
    [described, ['"finish_reason":"error"', '"code":"RATE_LIMITED"', "data: [DONE]"]],
  ])("that fails later ends with the error: %j", async (route, expected) => {
    const { deps, context } = await world.setup({ script: parts(text("Half"), { type: "error", error: busy() }) });

    const body = await (await respond(deps, context, { ...input(ask("Hi", { stream: true })), ...route })).text();

    expect(body).toContain("Half");
    for (const each of expected) expect(body.slice(body.indexOf("Half"))).toContain(each);
  });

  test("whose body is cancelled ends the model and is recorded as cancelled", async () => {
    const ended = Promise.withResolvers<void>();
    const endless: Script = async function* endless() {
      try {
        for (;;) yield text("more ");
      } finally {
        ended.resolve();
      }
    };
    const { deps, context, recorded } = await world.setup({ script: endless });
    const response = await respond(deps, context, { ...input(ask("Hi", { stream: true })), ...plain });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();

    await reader?.cancel();

    await ended.promise;
    await expect.poll(() => recorded.map(({ outcome }) => outcome)).toEqual(["cancelled"]);
  });
});

describe("a provider of the caller's dialect", () => {
  const chunk = (delta: object, finish_reason: string | null, more: object = {}) =>
    `data: ${JSON.stringify({ id: "up-1", object: "chat.completion.chunk", created: 1, model: "test-model", choices: [{ index: 0, delta, finish_reason }], ...more })}\n\n`;
  const usage = `data: ${JSON.stringify({ id: "up-1", object: "chat.completion.chunk", created: 1, model: "test-model", choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })}\n\n`;

  test("gets the request as it came, with its own model's name and without Gaia's fields", async () => {
    const { passThrough, sent } = passThroughOf(
      200,
      chunk({ content: "x" }, null),
      chunk({}, "stop"),
      usage,
      "data: [DONE]\n\n",
    );
    const { deps, context } = await world.setup({ passThrough });
    const request = ask("Hi", {
      model: "retired-model",
      stream: true,
      seed: 7,
      conversation_id: "new",
      verbosity: "low",
    });

    await (await respond(deps, context, { ...input(request), ...plain })).text();

    expect(sent).toEqual([
      {
        messages: request.messages,
        model: "test-model",
        stream: true,
        seed: 7,
        verbosity: "low",
        stream_options: { include_usage: true },
      },
    ]);
  });

  test("answers with bytes that go on untouched, and usage that is recorded", async () => {
    const body = [
      chunk({ role: "assistant", content: "Hé" }, null),
      chunk({ content: "llo" }, null),
      chunk({}, "stop"),
    ];
    const { passThrough } = passThroughOf(200, ...body, usage, "data: [DONE]\n\n");
    const { deps, context, recorded } = await world.setup({ passThrough });

    const response = await respond(deps, context, { ...input(ask("Hi", { stream: true })), ...plain });

    expect(await response.text()).toBe([...body, "data: [DONE]\n\n"].join(""));
    expect(recorded).toMatchObject([{ input_tokens: 3, output_tokens: 2, outcome: "ok" }]);
  });

  test("that refuses is an error without the provider's text", async () => {
    const { passThrough } = passThroughOf(
      401,
      JSON.stringify({ error: { message: "Incorrect API key provided: sk-abcdef" } }),
    );
    const { deps, context, recorded } = await world.setup({ passThrough });

    const failure = await respond(deps, context, { ...input(ask("Hi")), ...plain }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: "GaiaError" });
    expect(failure).not.toHaveProperty("code", "UNAUTHENTICATED");
    expect(failure instanceof Error ? failure.message : "").not.toContain("sk-abcdef");
    expect(recorded).toMatchObject([{ outcome: "failed" }]);
  });

  test("that answers with something else is unreadable", async () => {
    const { passThrough } = passThroughOf(200, "<html>");
    const { deps, context } = await world.setup({ passThrough });

    await expect(respond(deps, context, { ...input(ask("Hi")), ...plain })).rejects.toMatchObject({
      code: "UPSTREAM_FAILED",
    });
  });
});

describe("the compatible route", () => {
  const answer = async (body: object) => {
    const { deps, context } = await world.setup();
    const binding = chatHandlers(deps).find(({ contract }) => contract.name === "chat.create-compatible-completion");
    if (binding === undefined) throw new Error("The route is not bound");
    const response = await binding.handle(context, binding.contract.input.parse(body) as never);
    return response instanceof Response ? response.json() : response;
  };

  test("answers `messages` with OpenAI's object", async () => {
    expect(await answer(ask("Hi"))).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { content: "Hello" } }],
    });
  });

  test("answers `message` with the original's seven keys, all of them", async () => {
    expect(await answer({ message: "Hi" })).toEqual({
      response: "Hello",
      provider: "openai",
      model: "test-model",
      usage: { input_tokens: 10, output_tokens: 4, total_tokens: 14 },
      response_time_ms: expect.any(Number),
      reasoning: "Default model: test-model",
      fallback_used: false,
    });
  });

  test("refuses a message without words", async () => {
    await expect(answer({ message: "  " })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
