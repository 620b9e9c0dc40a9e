import { ChatCompletionRequest } from "@gaia/contracts";
import { expect, test } from "vitest";
import type { CardFacts } from "./card-facts.ts";
import { refuseUnsupported } from "./refuse-unsupported.ts";

const openAi: CardFacts = { id: "gpt-4o-mini", provider: "openai", abilities: null };
const anthropic: CardFacts = { id: "claude-haiku-4-5", provider: "anthropic", abilities: null };

function requestWith(fields: object): ChatCompletionRequest {
  return ChatCompletionRequest.parse({ messages: [{ role: "user", content: "Hi" }], ...fields });
}
function withPart(part: object): ChatCompletionRequest {
  return requestWith({ messages: [{ role: "user", content: [{ type: "text", text: "?" }, part] }] });
}
const image = { type: "image_url", image_url: { url: "https://example.org/a.png" } };
const audio = { type: "input_audio", input_audio: { data: "", format: "wav" } };
const pdf = { type: "file", file: { file_data: "data:application/pdf;base64,JVBERg==" } };
const tools = [{ type: "function", function: { name: "f" } }];
const schema = { type: "json_schema", json_schema: { name: "r", schema: { type: "object" } } };

test.each([
  ["n", { n: 2 }],
  ["logprobs", { logprobs: true }],
  ["top_logprobs", { top_logprobs: 3 }],
  ["modalities", { modalities: ["text", "audio"] }],
  ["audio", { audio: { voice: "alloy", format: "wav" } }],
  ["web_search_options", { web_search_options: {} }],
  ["moderation", { moderation: {} }],
  ["functions", { functions: [{ name: "f" }] }],
  ["function_call", { function_call: "auto" }],
  ["service_tier", { service_tier: "scale" }],
  ["reasoning_effort", { reasoning_effort: "enormous" }],
])("%s is refused for every provider", (param, fields) => {
  for (const card of [openAi, anthropic]) {
    expect(() => refuseUnsupported(requestWith(fields), card)).toThrow(
      expect.objectContaining({
        code: "UNSUPPORTED",
        reason: "feature.unsupported",
        details: { param, model: card.id },
        message: expect.stringContaining(card.id),
      }),
    );
  }
});

test.each([
  ["seed", { seed: 1 }],
  ["presence_penalty", { presence_penalty: 0.5 }],
  ["frequency_penalty", { frequency_penalty: -0.5 }],
  ["logit_bias", { logit_bias: { "1": 1 } }],
  ["temperature", { temperature: 1.5 }],
  ["top_p", { temperature: 0.5, top_p: 0.5 }],
  ["response_format", { response_format: { type: "json_object" } }],
  ["response_format", { response_format: { type: "json_schema", json_schema: { name: "r" } } }],
  ["service_tier", { service_tier: "flex" }],
  ["verbosity", { verbosity: "low" }],
  ["store", { store: true }],
  ["messages.0.name", { messages: [{ role: "user", name: "ada", content: "Hi" }] }],
  ["messages.0.content.0", { messages: [{ role: "user", content: [audio] }] }],
])("%s is refused for Anthropic and not for OpenAI", (param, fields) => {
  const request = requestWith(fields);
  expect(() => refuseUnsupported(request, openAi)).not.toThrow();
  expect(() => refuseUnsupported(request, anthropic)).toThrow(
    expect.objectContaining({ details: { param, model: anthropic.id } }),
  );
});

test("a field at its default asks for nothing", () => {
  const request = requestWith({
    n: 1,
    logprobs: false,
    top_logprobs: 0,
    modalities: ["text"],
    audio: null,
    seed: null,
    presence_penalty: 0,
    frequency_penalty: 0,
    logit_bias: {},
    temperature: 1,
    top_p: 0.5,
    service_tier: "auto",
    verbosity: "medium",
    store: false,
    reasoning_effort: null,
    response_format: { type: "text" },
  });
  expect(() => refuseUnsupported(request, anthropic)).not.toThrow();
});

test.each([
  ["vision", "messages.0.content.1", withPart(image)],
  ["audio_input", "messages.0.content.1", withPart(audio)],
  ["pdf_input", "messages.0.content.1", withPart(pdf)],
  ["tools", "tools", requestWith({ tools })],
  ["reasoning", "reasoning_effort", requestWith({ reasoning_effort: "high" })],
  ["structured_output", "response_format", requestWith({ response_format: schema })],
])("without the ability %s, %s is refused", (ability, param, request) => {
  expect(() => refuseUnsupported(request, { ...openAi, abilities: ["chat"] })).toThrow(
    expect.objectContaining({ details: { param, model: openAi.id } }),
  );
  expect(() => refuseUnsupported(request, { ...openAi, abilities: ["chat", ability] })).not.toThrow();
});

test("a model whose abilities are unknown is asked", () => {
  expect(() => refuseUnsupported(withPart(image), openAi)).not.toThrow();
});

test("a file that is no PDF is refused for both", () => {
  const text = withPart({ type: "file", file: { file_data: "data:text/plain;base64,SGk=" } });
  expect(() => refuseUnsupported(text, openAi)).toThrow("files other than PDF");
  expect(() => refuseUnsupported(text, anthropic)).toThrow("files other than PDF");
});
