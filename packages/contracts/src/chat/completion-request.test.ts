import { describe, expect, test } from "vitest";
import { ChatCompletionRequest } from "./completion-request.ts";
import { createCompatibleCompletion } from "./operations.ts";

const messages = [{ role: "user", content: "Hi" }];

describe("a Chat Completions request", () => {
  test("keeps fields that Gaia does not know, at every depth", () => {
    const request = {
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }], weight: 1 },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" }, "x-extra": 1 } }],
      future_field: { a: [1] },
    };

    expect(ChatCompletionRequest.parse(request)).toEqual(request);
  });

  test.each([
    ["no message", { messages: [] }],
    ["a role that does not exist", { messages: [{ role: "wizard", content: "" }] }],
    ["a tool's answer without its call", { messages: [{ role: "tool", content: "x" }] }],
    ["too hot", { messages, temperature: 2.1 }],
    ["no tokens", { messages, max_tokens: 0 }],
    ["half a token", { messages, max_completion_tokens: 1.5 }],
    ["five stops", { messages, stop: ["a", "b", "c", "d", "e"] }],
    ["a function's name with a blank", { messages, tools: [{ type: "function", function: { name: "a b" } }] }],
    ["an image without its URL", { messages: [{ role: "user", content: [{ type: "image_url", image_url: {} }] }] }],
    ["an unknown tool choice", { messages, tool_choice: "maybe" }],
    ["stream that is no flag", { messages, stream: "yes" }],
  ])("may not have %s", (_what, request) => {
    expect(ChatCompletionRequest.safeParse(request).success).toBe(false);
  });

  test.each([
    [
      "null for what is optional, as some clients send it",
      { messages, temperature: null, stream: null, stop: null, seed: null, response_format: null },
    ],
    [
      "an assistant's message of calls only",
      {
        messages: [
          {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
          },
        ],
      },
    ],
    [
      "every kind of tool choice",
      {
        messages,
        tool_choice: {
          type: "allowed_tools",
          allowed_tools: { mode: "auto", tools: [{ type: "function", function: { name: "f" } }] },
        },
      },
    ],
    [
      "a schema to answer in",
      { messages, response_format: { type: "json_schema", json_schema: { name: "n", schema: {}, strict: true } } },
    ],
  ])("may have %s", (_what, request) => {
    expect(ChatCompletionRequest.safeParse(request).success).toBe(true);
  });
});

describe("the route that both kinds of clients share", () => {
  test.each([
    ["OpenAI's", { messages }],
    ["the original's", { message: "Hi", persona_id: null }],
    ["both at once", { messages, message: "Hi" }],
  ])("takes %s request", (_whose, request) => {
    expect(createCompatibleCompletion.input.parse(request)).toEqual(request);
  });

  test("takes neither", () => {
    expect(createCompatibleCompletion.input.safeParse({ model: "x" }).success).toBe(false);
  });
});
