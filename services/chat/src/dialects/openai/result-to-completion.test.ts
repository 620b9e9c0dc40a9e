import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from "@ai-sdk/provider";
import { ChatCompletion } from "@gaia/contracts";
import { expect, test } from "vitest";
import { resultToCompletion } from "./result-to-completion.ts";

const identity = { id: "chatcmpl-1", created: 1_760_000_000, model: "claude-haiku-4-5" };

function resultOf(
  content: LanguageModelV4Content[],
  unified: LanguageModelV4GenerateResult["finishReason"]["unified"] = "stop",
): LanguageModelV4GenerateResult {
  return {
    content,
    finishReason: { unified, raw: undefined },
    usage: {
      inputTokens: { total: 10, noCache: 1, cacheRead: 4, cacheWrite: 5 },
      outputTokens: { total: 5, text: undefined, reasoning: undefined },
    },
    warnings: [],
  };
}

test("text, thinking and usage take OpenAI's form", () => {
  const completion = resultToCompletion(
    resultOf([
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "Hel" },
      { type: "text", text: "lo" },
    ]),
    identity,
  );
  expect(ChatCompletion.parse(completion)).toEqual({
    ...identity,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello", refusal: null, reasoning_content: "Hm." },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      input_tokens: 10,
      output_tokens: 5,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 5 },
    },
  });
});

test("an answer of tool calls only has null for its content", () => {
  const completion = resultToCompletion(
    resultOf(
      [
        { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}' },
        { type: "tool-call", toolCallId: "s", toolName: "web_search", input: "{}", providerExecuted: true },
      ],
      "tool-calls",
    ),
    identity,
  );
  expect(completion.choices[0]).toMatchObject({
    message: {
      content: null,
      tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: '{"x":1}' } }],
    },
    finish_reason: "tool_calls",
  });
});

test("half an answer throws", () => {
  expect(() => resultToCompletion(resultOf([{ type: "text", text: "Hel" }], "interrupted"), identity)).toThrow(
    expect.objectContaining({ code: "UPSTREAM_FAILED" }),
  );
});
