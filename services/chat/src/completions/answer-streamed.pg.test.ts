import { chat, ChatCompletionChunk, GaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { ask, input, openChatWorld } from "../testing/open-chat-world.ts";
import { finish, parts, type Script, text } from "../testing/scripted-registry.ts";
import { answerStreamed } from "./answer-streamed.ts";
import { prepareExchange } from "./prepare-exchange.ts";

const world = await openChatWorld();
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const breakOff = () => new GaiaError("UPSTREAM_FAILED", "The provider broke off its answer");

async function setup(script?: Script, conversation: string | null = "new", more: object = {}) {
  const base = await world.setup(script === undefined ? {} : { script });
  const request = { ...ask("Hi", { stream: true, ...more }) };
  const exchange = await prepareExchange(base.deps, base.context, input(request, { conversation }));
  const stream = answerStreamed(base.deps, exchange);
  const answers = async () => (await base.messages()).filter(({ role }) => role === "assistant");
  return { ...base, exchange, stream, answers };
}

function contentOf(events: readonly string[]): string {
  return events
    .filter((event) => !event.includes("[DONE]"))
    .map((event) => ChatCompletionChunk.parse(JSON.parse(event.slice("data: ".length))).choices[0]?.delta.content ?? "")
    .join("");
}

describe("a streamed answer", () => {
  test("is OpenAI's chunks, with one [DONE], last", async () => {
    const { stream, exchange } = await setup();

    const events = (await Array.fromAsync(stream)).map(decode);

    expect(contentOf(events)).toBe("Hello");
    expect(events.filter((event) => event === "data: [DONE]\n\n")).toHaveLength(1);
    expect(events.at(-1)).toBe("data: [DONE]\n\n");
    expect(events.slice(0, -1).every((event) => event.includes(exchange.answer.id))).toBe(true);
  });

  test("is stored whole, with usage, cost and event, before [DONE] leaves", async () => {
    const { stream, exchange, answers, usageRows, outbox, conversations } = await setup();
    const storedAt: number[] = [];
    for await (const event of stream) if (decode(event).includes("[DONE]")) storedAt.push((await answers()).length);

    expect(storedAt).toEqual([1]);
    expect(await answers()).toMatchObject([
      {
        id: exchange.messageId,
        content: "Hello",
        status: "complete",
        model: "test-model",
        provider: "openai",
        tokens_used: 14,
        input_tokens: 10,
        output_tokens: 4,
        error_code: null,
      },
    ]);
    expect(await usageRows()).toMatchObject([
      {
        request_id: "request-1",
        model: "test-model",
        input_tokens: 10,
        output_tokens: 4,
        token_source: "provider",
        outcome: "ok",
        price_as_of: "2026-11-01",
      },
    ]);
    expect(Number((await usageRows())[0]?.cost_usd)).toBeCloseTo((10 * 2 + 4 * 10) / 1e6, 8);
    expect(await outbox()).toMatchObject([
      { subject: chat.chatMessageCompleted.subject, payload: { status: "complete", message_id: exchange.messageId } },
    ]);
    expect(await conversations()).toMatchObject([{ preview: "Hello" }]);
  });

  test("without a conversation costs no write, but its usage is recorded", async () => {
    const { stream, recorded, published, messages, outbox } = await setup(undefined, null);

    await Array.fromAsync(stream);

    expect(recorded).toMatchObject([{ input_tokens: 10, output_tokens: 4, outcome: "ok" }]);
    expect(published.map(({ subject }) => subject)).toEqual([
      chat.chatMessageStarted.subject,
      chat.chatMessageCompleted.subject,
    ]);
    expect([...(await messages()), ...(await outbox())]).toEqual([]);
  });

  test("is recorded also where the caller's name of the model is no text for PostgreSQL", async () => {
    const { deps, exchange, recorded } = await setup(undefined, null);
    const resolved = { ...exchange.resolved, requestedName: "odd\u0000\uD83D" };

    await Array.fromAsync(answerStreamed(deps, { ...exchange, resolved }));

    expect(recorded).toMatchObject([{ requested_model: "odd\uFFFD" }]);
  });

  test("tells its usage to those who ask only, and records it either way", async () => {
    const asked = await setup(undefined, null, { stream_options: { include_usage: true } });
    const events = (await Array.fromAsync(asked.stream)).map(decode);
    const silent = await setup(undefined, null);
    const others = (await Array.fromAsync(silent.stream)).map(decode);

    expect(events.some((event) => event.includes('"input_tokens":10'))).toBe(true);
    expect(others.some((event) => event.includes("input_tokens"))).toBe(false);
    expect(silent.recorded).toMatchObject([{ input_tokens: 10 }]);
  });

  test("that fails before its first token throws the model's error, and is stored as failed", async () => {
    const broken = breakOff();
    const { stream, answers, usageRows, outbox } = await setup(parts({ type: "error", error: broken }));

    await expect(stream.next()).rejects.toBe(broken);

    expect(await answers()).toMatchObject([{ content: "", status: "failed", error_code: "UPSTREAM_FAILED" }]);
    expect(await usageRows()).toMatchObject([
      { outcome: "failed", token_source: "none", input_tokens: null, cost_usd: null },
    ]);
    expect(await outbox()).toMatchObject([{ subject: chat.chatMessageFailed.subject, payload: { status: "failed" } }]);
  });

  test("that breaks off in the middle keeps what had come, and settles once", async () => {
    const broken = breakOff();
    const { stream, answers, usageRows, events } = await setup(
      parts(text("Half an "), text("answer"), { type: "error", error: broken }),
    );
    const seen: string[] = [];
    const read = async () => {
      for await (const event of stream) seen.push(decode(event));
    };

    await expect(read()).rejects.toBe(broken);

    expect(contentOf(seen)).toBe("Half an answer");
    expect(seen.join("")).not.toContain("[DONE]");
    expect(await answers()).toMatchObject([
      { content: "Half an answer", status: "partial", error_code: "UPSTREAM_FAILED" },
    ]);
    expect(await usageRows()).toHaveLength(1);
    expect(events().filter(({ operation }) => operation === "chat.chat")).toHaveLength(1);
  });

  test("that ends without its end is an error", async () => {
    const { stream, answers } = await setup(parts(text("Half")));

    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
    expect(await answers()).toMatchObject([{ content: "Half", status: "partial" }]);
  });

  test("whose reader stops is kept as far as it came, cancelled, and ends the model", async () => {
    let ended = false;
    const endless: Script = async function* endless() {
      try {
        for (;;) yield text("more ");
      } finally {
        ended = true;
      }
    };
    const { stream, answers, usageRows, outbox } = await setup(endless);

    for await (const event of stream) if (decode(event).includes("more")) break;

    expect(await answers()).toMatchObject([
      { content: expect.stringMatching(/^(more )+$/), status: "partial", error_code: "CANCELLED" },
    ]);
    expect(await usageRows()).toMatchObject([{ outcome: "cancelled" }]);
    expect(await outbox()).toMatchObject([{ payload: { status: "cancelled" } }]);
    await expect.poll(() => ended).toBe(true);
  });

  test("whose caller goes away while the model thinks is cancelled", async () => {
    const thinking = Promise.withResolvers<void>();
    const waiting: Script = async function* waiting(_prompt, signal) {
      yield text("Wait");
      await new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new DOMException("gone", "AbortError")));
        thinking.resolve();
      });
    };
    const { stream, gone, answers, usageRows } = await setup(waiting);
    const reading = Array.fromAsync(stream).catch((error: unknown) => error);
    await thinking.promise;
    gone.abort();

    expect(await reading).toMatchObject({ code: "CANCELLED" });
    expect(await answers()).toMatchObject([{ content: "Wait", error_code: "CANCELLED" }]);
    expect(await usageRows()).toHaveLength(1);
  });

  test("stores the calls of tools, also where they have what PostgreSQL has not", async () => {
    const call = { type: "tool-call" as const, toolCallId: "c1", toolName: "search", input: '{"q":"a\u0000b"}' };
    const { stream, answers } = await setup(
      parts(call, { ...finish, finishReason: { unified: "tool-calls", raw: "tool_calls" } } as typeof finish),
    );

    await Array.fromAsync(stream);

    expect(await answers()).toMatchObject([
      {
        content: "",
        status: "complete",
        tool_calls: [{ id: "c1", function: { name: "search", arguments: '{"q":"ab"}' } }],
      },
    ]);
  });
});
