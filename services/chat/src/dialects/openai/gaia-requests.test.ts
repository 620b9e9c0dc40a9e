import { chat, ChatCompletionRequest, FlatChatResponse, type ChatCompletion } from "@gaia/contracts";
import { expect, test } from "vitest";
import { chatRequestToCompletionRequest } from "./chat-request-to-completion-request.ts";
import { completionToFlatResponse } from "./completion-to-flat-response.ts";
import { flatRequestToCompletionRequest } from "./flat-request-to-completion-request.ts";

test("a flat request becomes one message of the user, without what OpenAI does not know", () => {
  const request = flatRequestToCompletionRequest(
    chat.FlatChatRequest.parse({
      message: "Hi",
      model: "m",
      temperature: 0.2,
      persona_id: "mu",
      priority: "vr",
      metadata: { deep: { object: 1 } },
      conversation_id: "new",
    }),
  );
  expect(request).toEqual({
    model: "m",
    temperature: 0.2,
    messages: [{ role: "user", content: "Hi" }],
    conversation_id: "new",
  });
  expect(ChatCompletionRequest.parse(request)).toEqual(request);
});

test("a chat request takes its message, or its messages where both are given", () => {
  expect(chatRequestToCompletionRequest(chat.ChatRequest.parse({ message: "Hi" })).messages).toEqual([
    { role: "user", content: "Hi" },
  ]);
  const messages = [{ role: "user", content: "Bye" }];
  expect(chatRequestToCompletionRequest(chat.ChatRequest.parse({ message: "Hi", messages })).messages).toEqual(
    messages,
  );
});

test("a response format that is an object is the model's, one that is text is Gaia's", () => {
  const message = "Hi";
  const json = { type: "json_object" };
  expect(chatRequestToCompletionRequest(chat.ChatRequest.parse({ message, response_format: json }))).toHaveProperty(
    "response_format",
    json,
  );
  expect(
    chatRequestToCompletionRequest(chat.ChatRequest.parse({ message, response_format: "v0.3" })),
  ).not.toHaveProperty("response_format");
});

test("a message without words is invalid", () => {
  const invalid = expect.objectContaining({ code: "INVALID_INPUT" });
  expect(() => flatRequestToCompletionRequest({ message: " \n" })).toThrow(invalid);
  expect(() => chatRequestToCompletionRequest({ message: "" })).toThrow(invalid);
  expect(() => chatRequestToCompletionRequest({})).toThrow(invalid);
});

const completion: ChatCompletion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "claude-haiku-4-5",
  choices: [{ index: 0, message: { role: "assistant", content: "Sure." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 41, completion_tokens: 9, total_tokens: 50, input_tokens: 41, output_tokens: 9 },
};

test("a flat response has all seven keys", () => {
  const response = completionToFlatResponse(completion, { provider: "anthropic", responseTimeMs: 811.6 });
  expect(FlatChatResponse.parse(response)).toEqual({
    response: "Sure.",
    provider: "anthropic",
    model: "claude-haiku-4-5",
    usage: { input_tokens: 41, output_tokens: 9, total_tokens: 50 },
    response_time_ms: 812,
    reasoning: null,
    fallback_used: false,
  });
});

test("a flat response without usage says null", () => {
  const { usage: _usage, ...uncounted } = completion;
  const response = completionToFlatResponse(uncounted, { provider: "p", responseTimeMs: 1, reasoning: "default" });
  expect(response).toMatchObject({ usage: null, reasoning: "default" });
});
