import type { LanguageModelV4Content, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { MessagesEvent, MessagesResponse } from "@gaia/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerAccumulator } from "../../streams/answer-accumulator.ts";
import { cutBytes, readText } from "../../streams/testing/cut-bytes.ts";
import { messageEventsToBytes } from "./message-events-to-bytes.ts";
import { observeMessageEvents } from "./observe-message-events.ts";
import { partsToMessageEvents } from "./parts-to-message-events.ts";
import { learnMessage } from "./read-upstream-message.ts";
import { resultToMessage } from "./result-to-message.ts";
import { accumulateMessage } from "./testing/accumulate-message.ts";

const identity = { id: "msg_1", created: 1_760_000_000, model: "gpt-4o" };
const usage = {
  inputTokens: { total: 20, noCache: 12, cacheRead: 8, cacheWrite: 0 },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};
const finishReason = { unified: "stop" as const, raw: "stop" };
const options = { identity, estimatedTokens: 3 };

function piecesOf(text: string, cuts: readonly number[]): string[] {
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length));
}

function toParts(block: LanguageModelV4Content, index: number, cuts: readonly number[]): LanguageModelV4StreamPart[] {
  const id = String(index);
  if (block.type === "text" || block.type === "reasoning") {
    const deltas = piecesOf(block.text, cuts).map((delta) => ({ type: `${block.type}-delta` as const, id, delta }));
    return [{ type: `${block.type}-start`, id }, ...deltas, { type: `${block.type}-end`, id }];
  }
  if (block.type !== "tool-call") return [block];
  // Some providers send a call in pieces, some only as a whole.
  if (cuts.length % 2 === 0) return [block];
  const call = { id: block.toolCallId };
  return [
    { type: "tool-input-start", ...call, toolName: block.toolName },
    ...piecesOf(block.input, cuts).map((delta) => ({ type: "tool-input-delta" as const, ...call, delta })),
    { type: "tool-input-end", ...call },
    block,
  ];
}

/** All blocks' parts, each block's in their own order, mixed by the seed where they are calls of tools. */
function mix(queues: LanguageModelV4StreamPart[][], seed: readonly number[]): LanguageModelV4StreamPart[] {
  const mixed: LanguageModelV4StreamPart[] = [];
  const open = queues.filter((queue) => queue.length > 0);
  for (let turn = 0; open.length > 0; turn += 1) {
    const at = (seed[turn % Math.max(1, seed.length)] ?? 0) % open.length;
    const part = open[at]?.shift();
    if (part !== undefined) mixed.push(part);
    if (open[at]?.length === 0) open.splice(at, 1);
  }
  return mixed;
}

async function* streamed(parts: readonly LanguageModelV4StreamPart[]): AsyncGenerator<LanguageModelV4StreamPart> {
  yield { type: "stream-start", warnings: [] };
  yield* parts;
  yield { type: "finish", usage, finishReason };
}

const text = fc.string({ unit: "grapheme" });
const words = fc.array(fc.record({ type: fc.constantFrom("text" as const, "text" as const), text }), { maxLength: 3 });
const calls = fc.uniqueArray(
  fc.record({
    type: fc.constant("tool-call" as const),
    toolCallId: fc.uuid(),
    toolName: fc.constantFrom("get_weather", "get_time"),
    input: fc.oneof(
      fc.constant(""),
      fc.dictionary(text, text).map((value) => JSON.stringify(value)),
    ),
  }),
  { maxLength: 4, selector: ({ toolCallId }) => toolCallId },
);

test("a streamed answer is the whole one, also where calls of tools come mixed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(text, { nil: undefined }),
      words,
      calls,
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
      async (thought, said, called, cuts, seed) => {
        const thinking = thought === undefined ? [] : [{ type: "reasoning" as const, text: thought }];
        const spoken = [...thinking, ...said].flatMap((block, index) => toParts(block, index, cuts));
        const parts = [
          ...spoken,
          ...mix(
            called.map((block, index) => toParts(block, index, cuts)),
            seed,
          ),
        ];

        const whole = resultToMessage(
          { content: [...said, ...called, ...thinking], finishReason, usage, warnings: [] },
          identity,
        );
        const message = await accumulateMessage(partsToMessageEvents(streamed(parts), options));

        const byId = (blocks: readonly object[]) =>
          blocks.map((block) => JSON.stringify(block, Object.keys(block).sort())).sort();
        expect(byId(message.content.filter(({ type }) => type === "tool_use"))).toEqual(
          byId(whole.content.filter(({ type }) => type === "tool_use")),
        );
        expect(message.content.filter(({ type }) => type !== "tool_use")).toEqual(
          whole.content.filter(({ type }) => type !== "tool_use"),
        );
        expect(message.stopReason).toBe(whole.stop_reason);
      },
    ),
    { numRuns: 300 },
  );
});

test("what is on the wire meets the contract, and means the same wherever it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(words, calls, fc.array(fc.nat(), { maxLength: 60 }), async (said, called, cuts) => {
      const parts = [...said, ...called].flatMap((block, index) => toParts(block, index, [1, 2, 3]));
      const bytes = await readText(
        messageEventsToBytes(partsToMessageEvents(streamed(parts), options), new AnswerAccumulator()),
      );
      const lines = bytes.split("\n").filter((line) => line.startsWith("data: "));
      for (const line of lines) MessagesEvent.parse(JSON.parse(line.slice("data: ".length)));

      const answer = new AnswerAccumulator();
      expect(await readText(observeMessageEvents(cutBytes(bytes, cuts), answer))).toBe(bytes);

      const whole = resultToMessage({ content: [...said, ...called], finishReason, usage, warnings: [] }, identity);
      const learned = learnMessage(MessagesResponse.parse(JSON.parse(JSON.stringify(whole))));
      expect(answer.text).toBe(learned.text);
      expect(answer.toolCalls.map((call) => [call.id, call.function.name])).toEqual(
        learned.toolCalls.map((call) => [call.id, call.function.name]),
      );
      expect(answer.usage).toMatchObject({ input_tokens: 20, output_tokens: 5, total_tokens: 25 });
      expect(answer.usage?.prompt_tokens_details).toMatchObject({ cached_tokens: 8 });
      expect(answer.usage?.completion_tokens_details).toEqual({ reasoning_tokens: 2 });
      expect(answer.finishReason).toBe("stop");
    }),
    { numRuns: 200 },
  );
});

test("nothing is said before the model's first token, and then the message begins", async () => {
  const events = partsToMessageEvents(streamed([{ type: "text-delta", id: "0", delta: "Hi" }]), options);
  expect((await Array.fromAsync(events)).map(({ type }) => type)).toEqual([
    "message_start",
    "content_block_start",
    "ping",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
});

test.each([
  ["fails", { type: "error", error: "broken" }],
  ["ends with half an answer", { type: "finish", usage, finishReason: { unified: "error", raw: undefined } }],
] as const)("a model that %s throws", async (_what, part) => {
  async function* source(): AsyncGenerator<LanguageModelV4StreamPart> {
    yield { type: "text-delta", id: "0", delta: "Hi" };
    yield part;
  }
  await expect(Array.fromAsync(partsToMessageEvents(source(), options))).rejects.toMatchObject({
    code: "UPSTREAM_FAILED",
  });
});

test("a stream that just stops throws", async () => {
  async function* source(): AsyncGenerator<LanguageModelV4StreamPart> {
    yield { type: "text-delta", id: "0", delta: "Hi" };
  }
  await expect(Array.fromAsync(partsToMessageEvents(source(), options))).rejects.toMatchObject({
    reason: "provider.stream_interrupted",
  });
});
