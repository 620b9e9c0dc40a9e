import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import * as fc from "fast-check";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { accumulateCompletion } from "../../streams/testing/accumulate-completion.ts";
import { AnswerAccumulator } from "../../streams/answer-accumulator.ts";
import { chunksToEvents } from "../../streams/chunks-to-events.ts";
import { observeCompletionChunks } from "../../streams/observe-completion-chunks.ts";
import { cutBytes, readText } from "../../streams/testing/cut-bytes.ts";
import { toReadableStream } from "../../streams/to-readable-stream.ts";
import { partsToChunks } from "./parts-to-chunks.ts";
import { resultToCompletion } from "./result-to-completion.ts";

const identity = { id: "chatcmpl-1", created: 1_760_000_000, model: "claude-haiku-4-5" };

interface Answer {
  readonly content: LanguageModelV4Content[];
  readonly usage: LanguageModelV4Usage;
  readonly finishReason: LanguageModelV4FinishReason;
  /** Where the texts are cut into deltas. */
  readonly cuts: readonly number[];
}

function piecesOf(text: string, cuts: readonly number[]): string[] {
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length));
}

/** The same content as a provider would stream it. */
function toParts({ content, usage, finishReason, cuts }: Answer): LanguageModelV4StreamPart[] {
  const parts = content.flatMap((block, index): LanguageModelV4StreamPart[] => {
    const id = String(index);
    if (block.type === "text" || block.type === "reasoning") {
      const deltas = piecesOf(block.text, cuts).map((delta) => ({ type: `${block.type}-delta` as const, id, delta }));
      return [{ type: `${block.type}-start`, id }, ...deltas, { type: `${block.type}-end`, id }];
    }
    if (block.type !== "tool-call") return [block];
    // Some providers send a call in pieces, some only as a whole.
    if (cuts.length % 2 === 0) return [block];
    const call = { id: block.toolCallId };
    const start = { type: "tool-input-start" as const, ...call, toolName: block.toolName };
    const deltas = piecesOf(block.input, cuts).map((delta) => ({ type: "tool-input-delta" as const, ...call, delta }));
    return [start, ...deltas, { type: "tool-input-end", ...call }, block];
  });
  return [{ type: "stream-start", warnings: [] }, ...parts, { type: "finish", usage, finishReason }];
}

const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("Hello.", '"', "\\n", "\n\n", "data: [DONE]"));
const block: fc.Arbitrary<LanguageModelV4Content> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text }),
  fc.record({ type: fc.constant("reasoning" as const), text }),
  fc.record({
    type: fc.constant("tool-call" as const),
    toolCallId: fc.uuid(),
    toolName: fc.constantFrom("get_weather", "get_time"),
    input: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }).map((value) => JSON.stringify(value)),
  }),
);
const count = fc.option(fc.nat(), { nil: undefined });
const answers: fc.Arbitrary<Answer> = fc.record({
  content: fc.uniqueArray(block, {
    maxLength: 6,
    selector: (one) => (one.type === "tool-call" ? one.toolCallId : Symbol("each")),
  }),
  usage: fc.record({
    inputTokens: fc.record({ total: count, noCache: count, cacheRead: count, cacheWrite: count }),
    outputTokens: fc.record({ total: count, text: count, reasoning: count }),
  }),
  finishReason: fc.record({
    unified: fc.constantFrom("stop", "length", "content-filter", "tool-calls", "other"),
    raw: fc.constant(undefined),
  }),
  cuts: fc.array(fc.nat(), { maxLength: 4 }),
});

async function* streamOf(parts: readonly LanguageModelV4StreamPart[]) {
  yield* parts;
}
function chunksOf(answer: Answer, includeUsage = true) {
  return partsToChunks(streamOf(toParts(answer)), { identity, includeUsage });
}
function completionOf(answer: Answer) {
  return resultToCompletion({ ...answer, warnings: [] }, identity);
}

describe("whatever a model answers", () => {
  test("its stream, put together, is its whole answer", async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        expect(await accumulateCompletion(chunksOf(answer))).toEqual(completionOf(answer));
      }),
      { numRuns: 500 },
    );
  });

  test("its bytes, cut anywhere, pass through the tap unchanged and tell it the whole answer", async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.array(fc.nat(), { maxLength: 30 }), async (answer, cuts) => {
        const sent = await readText(chunksToEvents(chunksOf(answer)));
        const accumulator = new AnswerAccumulator();
        const options = { answer: accumulator, includeUsage: true, addTokenNames: false };
        const passed = await readText(observeCompletionChunks(cutBytes(sent, cuts), options));
        expect(passed).toBe(sent);
        expect(accumulator.toCompletion()).toEqual(completionOf(answer));
      }),
      { numRuns: 300 },
    );
  });

  test("the official SDK reads every chunk of it from our bytes", async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        const read = await clientFor(answer).chat.completions.create({ ...question, stream: true });
        expect(await Array.fromAsync(read)).toEqual(await Array.fromAsync(chunksOf(answer)));
      }),
      { numRuns: 100 },
    );
  });
});

const question = {
  model: "m",
  messages: [{ role: "user" as const, content: "Hi" }],
  stream_options: { include_usage: true },
};

/** The client that most callers use, with a server that gives this answer. */
function clientFor(answer: Answer): OpenAI {
  const body = toReadableStream(chunksToEvents(chunksOf(answer)));
  return new OpenAI({
    apiKey: "k",
    baseURL: "http://gaia.test/v1",
    fetch: () => Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } })),
  });
}

test("the SDK's own accumulator gives text, parallel tool calls and usage", async () => {
  const answer: Answer = {
    content: [
      { type: "text", text: "Let me look." },
      { type: "tool-call", toolCallId: "a", toolName: "get_weather", input: '{"city":"Paris"}' },
      { type: "tool-call", toolCallId: "b", toolName: "get_time", input: "{}" },
    ],
    usage: {
      inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: undefined },
      outputTokens: { total: 5, text: 5, reasoning: 0 },
    },
    finishReason: { unified: "tool-calls", raw: "tool_use" },
    cuts: [3, 9, 1],
  };
  const stream = clientFor(answer).chat.completions.stream(question);
  expect(await stream.finalChatCompletion()).toMatchObject({
    ...identity,
    choices: [
      {
        finish_reason: "tool_calls",
        message: {
          content: "Let me look.",
          tool_calls: [
            { id: "a", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
            { id: "b", type: "function", function: { name: "get_time", arguments: "{}" } },
          ],
        },
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });
});
