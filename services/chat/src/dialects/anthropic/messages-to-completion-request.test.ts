import { MessagesRequest } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { messagesToCompletionRequest } from "./messages-to-completion-request.ts";

const base = { model: "gpt-4o", max_tokens: 50, messages: [{ role: "user", content: "Hi" }] };

function translate(more: object) {
  return messagesToCompletionRequest(MessagesRequest.parse({ ...base, ...more }));
}
function translateMessages(...messages: object[]) {
  return translate({ messages }).messages;
}

const pixel = { type: "base64", media_type: "image/png", data: "aGk=" };

describe("Anthropic's request in OpenAI's words", () => {
  test("has the same question, and no more than was said", () => {
    expect(translate({})).toEqual({
      model: "gpt-4o",
      max_tokens: 50,
      messages: [{ role: "user", content: "Hi" }],
    });
  });

  test.each([
    ["a system text", { system: "Be brief." }, "Be brief."],
    [
      "system blocks",
      {
        system: [
          { type: "text", text: "A", cache_control: { type: "ephemeral" } },
          { type: "text", text: "B" },
        ],
      },
      "A\nB",
    ],
  ])("puts %s first", (_what, more, content) => {
    expect(translate(more).messages[0]).toEqual({ role: "system", content });
  });

  test.each([
    [{ stop_sequences: ["a"] }, { stop: ["a"] }],
    [
      { temperature: 0.5, top_p: 0.4, stream: true },
      { temperature: 0.5, top_p: 0.4, stream: true },
    ],
    [{ metadata: { user_id: "u" } }, { user: "u" }],
    [{ thinking: { type: "enabled", budget_tokens: 2048 } }, { reasoning_effort: "low" }],
    [{ thinking: { type: "enabled", budget_tokens: 9000 } }, { reasoning_effort: "medium" }],
    [{ thinking: { type: "enabled", budget_tokens: 30_000 } }, { reasoning_effort: "high" }],
    [{ thinking: { type: "adaptive" }, output_config: { effort: "max" } }, { reasoning_effort: "max" }],
    [
      { output_config: { format: { type: "json_schema", schema: { type: "object" } } } },
      {
        response_format: {
          type: "json_schema",
          json_schema: { name: "answer", schema: { type: "object" }, strict: true },
        },
      },
    ],
    [{ conversation_id: "new" }, { conversation_id: "new" }],
  ])("translates %j", (more, expected) => {
    expect(translate(more)).toEqual({ ...translate({}), ...expected });
  });

  test.each([
    [{ type: "auto" }, { tool_choice: "auto" }],
    [{ type: "any" }, { tool_choice: "required" }],
    [{ type: "none" }, { tool_choice: "none" }],
    [{ type: "tool", name: "f" }, { tool_choice: { type: "function", function: { name: "f" } } }],
    [
      { type: "auto", disable_parallel_tool_use: true },
      { tool_choice: "auto", parallel_tool_calls: false },
    ],
  ])("chooses among tools by %j", (tool_choice, expected) => {
    const tools = [{ name: "f", description: "d", input_schema: { type: "object" }, strict: true }];
    expect(translate({ tools, tool_choice })).toEqual({
      ...translate({}),
      tools: [
        {
          type: "function",
          function: { name: "f", description: "d", parameters: { type: "object" }, strict: true },
        },
      ],
      ...expected,
    });
  });

  test("shows images, documents and texts as parts", () => {
    const content = [
      { type: "text", text: "Look" },
      { type: "image", source: pixel },
      { type: "image", source: { type: "url", url: "https://x.test/a.png" } },
      { type: "document", title: "a.pdf", source: { type: "base64", media_type: "application/pdf", data: "aGk=" } },
      { type: "document", title: "Note", source: { type: "text", media_type: "text/plain", data: "words" } },
    ];
    expect(translateMessages({ role: "user", content })).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
          { type: "image_url", image_url: { url: "https://x.test/a.png" } },
          { type: "file", file: { file_data: "data:application/pdf;base64,aGk=", filename: "a.pdf" } },
          { type: "text", text: "Note\n\nwords" },
        ],
      },
    ]);
  });

  test("gives each result of a tool a message of its own, before what the user adds", () => {
    expect(
      translateMessages(
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm.", signature: "s" },
            { type: "redacted_thinking", data: "x" },
            { type: "text", text: "Let me " },
            { type: "text", text: "look." },
            { type: "tool_use", id: "1", name: "f", input: { a: 1 } },
            { type: "tool_use", id: "2", name: "g", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "1", content: "one" },
            { type: "tool_result", tool_use_id: "2", content: [{ type: "text", text: "broke" }], is_error: true },
            { type: "text", text: "And now?" },
          ],
        },
      ),
    ).toEqual([
      {
        role: "assistant",
        content: "Let me look.",
        reasoning_content: "Hm.",
        tool_calls: [
          { id: "1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
          { id: "2", type: "function", function: { name: "g", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "1", content: "one" },
      { role: "tool", tool_call_id: "2", content: '{"error":"broke"}' },
      { role: "user", content: [{ type: "text", text: "And now?" }] },
    ]);
  });

  test("has no message for results alone", () => {
    const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "1" }] };
    expect(translateMessages(result)).toEqual([{ role: "tool", tool_call_id: "1", content: "" }]);
  });
});
