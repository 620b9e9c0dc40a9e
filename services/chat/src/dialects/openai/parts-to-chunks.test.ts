import type { LanguageModelV4StreamPart, LanguageModelV4Usage } from "@ai-sdk/provider";
import { ChatCompletionChunk, GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { partsToChunks } from "./parts-to-chunks.ts";

const identity = { id: "chatcmpl-1", created: 1_760_000_000, model: "claude-haiku-4-5" };
const usage: LanguageModelV4Usage = {
  inputTokens: { total: 10, noCache: 6, cacheRead: 4, cacheWrite: undefined },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};
const finish: LanguageModelV4StreamPart = { type: "finish", usage, finishReason: { unified: "stop", raw: "end_turn" } };
const openAiUsage = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  input_tokens: 10,
  output_tokens: 5,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

async function* streamOf(parts: readonly LanguageModelV4StreamPart[]) {
  yield* parts;
}

async function chunksOf(parts: readonly LanguageModelV4StreamPart[], includeUsage = false) {
  const chunks = await Array.fromAsync(partsToChunks(streamOf(parts), { identity, includeUsage }));
  for (const chunk of chunks) ChatCompletionChunk.parse(chunk);
  return chunks;
}

async function deltasOf(parts: readonly LanguageModelV4StreamPart[]) {
  return (await chunksOf(parts)).flatMap(({ choices }) => choices.map(({ delta }) => delta));
}

test("text comes as a role, its deltas and one finish reason, all under one identity", async () => {
  const chunks = await chunksOf([
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "0" },
    { type: "text-delta", id: "0", delta: "Hel" },
    { type: "text-delta", id: "0", delta: "" },
    { type: "text-delta", id: "0", delta: "lo" },
    { type: "text-end", id: "0" },
    finish,
  ]);
  const envelope = { ...identity, object: "chat.completion.chunk" };
  const choice = { index: 0, logprobs: null, finish_reason: null };
  expect(chunks).toEqual([
    { ...envelope, choices: [{ ...choice, delta: { role: "assistant", content: "" } }] },
    { ...envelope, choices: [{ ...choice, delta: { content: "Hel" } }] },
    { ...envelope, choices: [{ ...choice, delta: { content: "lo" } }] },
    { ...envelope, choices: [{ ...choice, delta: {}, finish_reason: "stop" }] },
  ]);
});

test("usage that was asked for is one more chunk, and null in all others", async () => {
  const chunks = await chunksOf([{ type: "text-delta", id: "0", delta: "Hi" }, finish], true);
  expect(chunks.map((chunk) => chunk.usage)).toEqual([null, null, null, openAiUsage]);
  expect(chunks.at(-1)?.choices).toEqual([]);
});

test("usage and warnings are told to the pipeline even if the caller did not ask", async () => {
  const told: unknown[] = [];
  const warning = { type: "unsupported" as const, feature: "temperature" };
  const source = streamOf([{ type: "stream-start", warnings: [warning] }, finish]);
  const options = {
    identity,
    includeUsage: false,
    onUsage: (counts: unknown) => told.push(counts),
    onWarnings: (warnings: unknown) => told.push(warnings),
  };
  await Array.fromAsync(partsToChunks(source, options));
  expect(told).toEqual([[warning], openAiUsage]);
  await Array.fromAsync(partsToChunks(streamOf([{ type: "stream-start", warnings: [] }, finish]), options));
  expect(told).toHaveLength(3);
});

test("usage that the provider did not count is left out instead of being zero", async () => {
  const unknown: LanguageModelV4Usage = {
    inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: undefined, text: undefined, reasoning: undefined },
  };
  const chunks = await chunksOf([{ ...finish, usage: unknown }], true);
  expect(chunks.map((chunk) => chunk.usage)).toEqual([null, null]);
});

test("parallel tool calls come in fragments with an index, and id and name only in the first", async () => {
  const deltas = await deltasOf([
    { type: "tool-input-start", id: "a", toolName: "f" },
    { type: "tool-input-delta", id: "a", delta: '{"x"' },
    { type: "tool-input-start", id: "b", toolName: "g" },
    { type: "tool-input-delta", id: "b", delta: "{}" },
    { type: "tool-input-delta", id: "a", delta: ":1}" },
    { type: "tool-input-end", id: "a" },
    { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}' },
    { type: "tool-input-end", id: "b" },
    { type: "tool-call", toolCallId: "b", toolName: "g", input: "{}" },
    { ...finish, finishReason: { unified: "tool-calls", raw: "tool_use" } },
  ]);
  expect(deltas).toEqual([
    { role: "assistant", content: null },
    { tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"x"' } }] },
    { tool_calls: [{ index: 1, id: "b", type: "function", function: { name: "g", arguments: "" } }] },
    { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
    { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
    {},
  ]);
});

test("a tool call that comes whole is sent whole", async () => {
  const deltas = await deltasOf([{ type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}' }, finish]);
  expect(deltas[1]).toEqual({
    tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "f", arguments: '{"x":1}' } }],
  });
});

test("a tool call without arguments gets the empty object that only its end tells", async () => {
  const deltas = await deltasOf([
    { type: "tool-input-start", id: "a", toolName: "f" },
    { type: "tool-input-end", id: "a" },
    { type: "tool-call", toolCallId: "a", toolName: "f", input: "{}" },
    finish,
  ]);
  expect(deltas[2]).toEqual({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] });
});

test("a tool that the provider runs itself is not shown", async () => {
  const deltas = await deltasOf([
    { type: "tool-input-start", id: "a", toolName: "web_search", providerExecuted: true },
    { type: "tool-input-delta", id: "a", delta: "{}" },
    { type: "tool-call", toolCallId: "a", toolName: "web_search", input: "{}", providerExecuted: true },
    { type: "text-delta", id: "0", delta: "Found" },
    finish,
  ]);
  expect(deltas).toEqual([{ role: "assistant", content: "" }, { content: "Found" }, {}]);
});

test("thinking has a field of its own", async () => {
  const deltas = await deltasOf([
    { type: "reasoning-delta", id: "0", delta: "Hm." },
    { type: "text-delta", id: "1", delta: "Yes" },
    finish,
  ]);
  expect(deltas).toEqual([{ role: "assistant", content: null }, { reasoning_content: "Hm." }, { content: "Yes" }, {}]);
});

test.each([
  ["length", "length"],
  ["content-filter", "content_filter"],
  ["tool-calls", "tool_calls"],
  ["other", "stop"],
] as const)("the end %s is called %s", async (unified, expected) => {
  const chunks = await chunksOf([{ ...finish, finishReason: { unified, raw: undefined } }]);
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe(expected);
});

test.each(["error", "interrupted"] as const)("an answer that ended with %s throws", async (unified) => {
  const parts: LanguageModelV4StreamPart[] = [{ ...finish, finishReason: { unified, raw: undefined } }];
  await expect(chunksOf(parts)).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
});

test("a stream without an end throws after what had come", async () => {
  const seen: unknown[] = [];
  const run = async () => {
    const parts = streamOf([{ type: "text-delta", id: "0", delta: "Hi" }]);
    for await (const chunk of partsToChunks(parts, { identity, includeUsage: false })) seen.push(chunk);
  };
  await expect(run()).rejects.toMatchObject({ code: "UPSTREAM_FAILED", reason: "provider.stream_interrupted" });
  expect(seen).toHaveLength(2);
});

test("what comes after the end is read and ignored", async () => {
  let isReadToItsEnd = false;
  const source = (async function* (): AsyncGenerator<LanguageModelV4StreamPart> {
    yield finish;
    yield { type: "text-delta", id: "0", delta: "late" };
    yield { type: "error", error: "late" };
    isReadToItsEnd = true;
  })();
  const chunks = await Array.fromAsync(partsToChunks(source, { identity, includeUsage: false }));
  expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([{ role: "assistant", content: "" }, {}]);
  expect(isReadToItsEnd).toBe(true);
});

test("an error part throws: Gaia's own as it is, any other as a failure of the provider", async () => {
  const own = new GaiaError("RATE_LIMITED", "Slow down");
  await expect(chunksOf([{ type: "error", error: own }])).rejects.toBe(own);
  await expect(chunksOf([{ type: "error", error: { secret: "x" } }])).rejects.toMatchObject({
    code: "UPSTREAM_FAILED",
    cause: { secret: "x" },
  });
});
