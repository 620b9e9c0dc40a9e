import type { ChatCompletionRequest } from "@gaia/contracts";
import { expect, test } from "vitest";
import { estimateTokens } from "./estimate-tokens.ts";

const image = { type: "image_url" as const, image_url: { url: `data:image/png;base64,${"A".repeat(100_000)}` } };

test.each<[string, ChatCompletionRequest, { question: number; answer: number }]>([
  ["text", { messages: [{ role: "user", content: "x".repeat(400) }] }, { question: 100, answer: 1000 }],
  [
    "all messages and their parts, but not what an image is made of",
    {
      messages: [
        { role: "system", content: "x".repeat(40) },
        { role: "user", content: [{ type: "text", text: "x".repeat(41) }, image] },
        { role: "assistant", content: null, tool_calls: [] },
      ],
    },
    { question: 21, answer: 1000 },
  ],
  [
    "the answers that are asked for",
    { messages: [{ role: "user", content: "" }], max_tokens: 50, n: 3 },
    { question: 0, answer: 150 },
  ],
  [
    "the newer of both bounds",
    { messages: [{ role: "user", content: "" }], max_tokens: 50, max_completion_tokens: 20 },
    { question: 0, answer: 20 },
  ],
])("an estimate counts %s", (_what, request, expected) => {
  expect(estimateTokens(request)).toEqual(expected);
});
