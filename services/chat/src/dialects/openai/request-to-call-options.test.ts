import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { ChatCompletionRequest } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import type { CardFacts } from "./card-facts.ts";
import { refuseUnsupported } from "./refuse-unsupported.ts";
import { requestToCallOptions } from "./request-to-call-options.ts";

const openAiAnswer = {
  id: "chatcmpl-1",
  created: 1,
  model: "gpt-4o-mini",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const anthropicAnswer = {
  type: "message",
  id: "msg_1",
  model: "claude-haiku-4-5",
  role: "assistant",
  content: [{ type: "text", text: "ok" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};

type Fetch = typeof fetch;
type Wire = "openai" | "compatible" | "anthropic";

function modelFor(wire: Wire, fetch: Fetch): LanguageModelV4 {
  if (wire === "anthropic") return createAnthropic({ apiKey: "k", fetch })("claude-haiku-4-5");
  if (wire === "openai") return createOpenAI({ apiKey: "k", fetch }).chat("gpt-4o-mini");
  const options = { name: "openaiCompatible", baseURL: "http://localhost/v1", supportsStructuredOutputs: true, fetch };
  return createOpenAICompatible(options).chatModel("llama");
}

/** The body that the provider would get, and the adapter's complaints. */
async function translate(wire: Wire, fields: Partial<ChatCompletionRequest>) {
  const request = ChatCompletionRequest.parse({ messages: [{ role: "user", content: "Hi" }], ...fields });
  const card: CardFacts = {
    id: "the-model",
    provider: wire === "anthropic" ? "anthropic" : "openai",
    abilities: null,
  };
  refuseUnsupported(request, card);
  let body: unknown;
  const fetch: Fetch = async (url, init) => {
    body = await new Request(url, init).json();
    return Response.json(wire === "anthropic" ? anthropicAnswer : openAiAnswer);
  };
  const { warnings } = await modelFor(wire, fetch).doGenerate(requestToCallOptions(request, card));
  return { body, warnings };
}

const weather = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "Weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    strict: true,
  },
};
const clock = { type: "function" as const, function: { name: "get_time" } };
const roundTrip: ChatCompletionRequest["messages"] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Weather and time in Paris?" },
  {
    role: "assistant",
    content: null,
    tool_calls: [
      { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
      { id: "call_2", type: "function", function: { name: "get_time", arguments: "" } },
    ],
  },
  { role: "tool", tool_call_id: "call_1", content: "sunny" },
  { role: "tool", tool_call_id: "call_2", content: [{ type: "text", text: "12:00" }] },
  { role: "user", content: "Thanks" },
];
const png = "iVBORw0KGgo=";
const pictures: ChatCompletionRequest["messages"] = [
  {
    role: "user",
    content: [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: "https://example.org/a.png", detail: "low" } },
      { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
    ],
  },
];
const schema = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
};

describe("to OpenAI", () => {
  test("a plain request keeps every field", async () => {
    const { body, warnings } = await translate("openai", {
      messages: [
        {
          role: "developer",
          content: [
            { type: "text", text: "Be" },
            { type: "text", text: "brief." },
          ],
        },
        { role: "user", name: "ada", content: "Hi" },
        { role: "assistant", content: "Hello" },
        { role: "user", content: "Bye" },
      ],
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 100,
      stop: "END",
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: -0.2,
      logit_bias: { "50256": -100 },
      user: "u1",
      service_tier: "auto",
      metadata: { a: "b" },
      store: false,
      verbosity: "low",
      prompt_cache_key: "p",
      safety_identifier: "s",
    });
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      model: "gpt-4o-mini",
      messages: [
        { role: "system", content: "Be\nbrief." },
        { role: "user", name: "ada", content: "Hi" },
        { role: "assistant", content: "Hello" },
        { role: "user", content: "Bye" },
      ],
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 100,
      stop: ["END"],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: -0.2,
      logit_bias: { "50256": -100 },
      user: "u1",
      service_tier: "auto",
      metadata: { a: "b" },
      store: false,
      verbosity: "low",
      prompt_cache_key: "p",
      safety_identifier: "s",
    });
  });

  test("images go as a URL with its detail, or as data", async () => {
    const { body } = await translate("openai", { messages: pictures });
    expect(body).toMatchObject({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "https://example.org/a.png", detail: "low" } },
            { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
          ],
        },
      ],
    });
  });

  test("audio, files and file ids keep their form", async () => {
    const content: ChatCompletionRequest["messages"][number]["content"] = [
      { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERg==" } },
      { type: "file", file: { file_id: "file-1" } },
    ];
    const { body } = await translate("openai", { messages: [{ role: "user", content }] });
    expect(body).toMatchObject({ messages: [{ role: "user", content }] });
  });

  test("a round trip of two parallel tool calls is the conversation it was", async () => {
    const { body } = await translate("openai", {
      messages: roundTrip,
      tools: [weather, clock],
      parallel_tool_calls: false,
    });
    expect(body).toEqual({
      model: "gpt-4o-mini",
      parallel_tool_calls: false,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Weather and time in Paris?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
            { id: "call_2", type: "function", function: { name: "get_time", arguments: "{}" } },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "sunny" },
        { role: "tool", tool_call_id: "call_2", content: "12:00" },
        { role: "user", content: "Thanks" },
      ],
      tools: [
        weather,
        { type: "function", function: { name: "get_time", parameters: { type: "object", properties: {} } } },
      ],
    });
  });

  test.each([
    ["auto", "auto"],
    ["none", "none"],
    ["required", "required"],
    [
      { type: "function" as const, function: { name: "get_time" } },
      { type: "function", function: { name: "get_time" } },
    ],
  ] as const)("the tool choice %j arrives", async (choice, expected) => {
    const { body } = await translate("openai", { tools: [weather, clock], tool_choice: choice });
    expect(body).toMatchObject({ tool_choice: expected });
  });

  test("allowed tools leave the others out", async () => {
    const { body } = await translate("openai", {
      tools: [weather, clock],
      tool_choice: {
        type: "allowed_tools",
        allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "get_time" } }] },
      },
    });
    expect(body).toMatchObject({ tool_choice: "required", tools: [{ function: { name: "get_time" } }] });
    expect(body).not.toHaveProperty("tools.1");
  });

  test.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])("a JSON schema with strict %s is %s at OpenAI", async (strict, expected) => {
    const { body } = await translate("openai", {
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict } },
    });
    expect(body).toMatchObject({
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: expected } },
    });
  });

  test("a JSON object without schema is asked for", async () => {
    const { body } = await translate("openai", { response_format: { type: "json_object" } });
    expect(body).toMatchObject({ response_format: { type: "json_object" } });
  });
});

describe("to a compatible server", () => {
  test("OpenAI's own fields go under OpenAI's names", async () => {
    const { body, warnings } = await translate("compatible", {
      messages: [
        { role: "user", name: "ada", content: "Hi" },
        { role: "assistant", content: "Hello", reasoning_content: "A greeting." },
        ...pictures,
      ],
      tools: [clock],
      parallel_tool_calls: true,
      logit_bias: { "1": 5 },
      user: "u1",
      reasoning_effort: "low",
      service_tier: "flex",
      max_completion_tokens: 9,
    });
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      model: "llama",
      max_tokens: 9,
      parallel_tool_calls: true,
      logit_bias: { "1": 5 },
      user: "u1",
      reasoning_effort: "low",
      service_tier: "flex",
      tools: [{ type: "function", function: { name: "get_time", parameters: { type: "object", properties: {} } } }],
      messages: [
        { role: "user", name: "ada", content: "Hi" },
        { role: "assistant", content: "Hello", reasoning_content: "A greeting." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "https://example.org/a.png", detail: "low" } },
            { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
          ],
        },
      ],
    });
  });

  test("a JSON schema keeps its name and strictness", async () => {
    const { body } = await translate("compatible", {
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    });
    expect(body).toMatchObject({
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    });
  });
});

describe("to Anthropic", () => {
  test("a plain request keeps every field", async () => {
    const { body, warnings } = await translate("anthropic", {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "" },
        { role: "assistant", content: "Hello", reasoning_content: "Without a signature." },
        { role: "user", content: "Bye" },
      ],
      temperature: 0.5,
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      max_completion_tokens: 100,
      stop: ["END", "STOP"],
      user: "u1",
    });
    expect(warnings).toEqual([]);
    expect(body).toEqual({
      model: "claude-haiku-4-5",
      max_tokens: 100,
      temperature: 0.5,
      stop_sequences: ["END", "STOP"],
      metadata: { user_id: "u1" },
      system: [{ type: "text", text: "Be brief." }],
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi" }] },
        { role: "assistant", content: [{ type: "text", text: "Hello" }] },
        { role: "user", content: [{ type: "text", text: "Bye" }] },
      ],
    });
  });

  test("images go as a URL or as data", async () => {
    const { body } = await translate("anthropic", { messages: pictures });
    expect(body).toMatchObject({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
            { type: "image", source: { type: "base64", media_type: "image/png", data: png } },
          ],
        },
      ],
    });
  });

  test("a round trip of two parallel tool calls becomes blocks", async () => {
    const { body, warnings } = await translate("anthropic", {
      messages: roundTrip,
      tools: [weather, clock],
      parallel_tool_calls: false,
    });
    expect(warnings).toEqual([]);
    expect(body).toMatchObject({
      system: [{ type: "text", text: "Be brief." }],
      messages: [
        { role: "user", content: [{ type: "text", text: "Weather and time in Paris?" }] },
        {
          role: "assistant",
          content: [
            { type: "tool_use", id: "call_1", name: "get_weather", input: { city: "Paris" } },
            { type: "tool_use", id: "call_2", name: "get_time", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "call_1", content: "sunny" },
            { type: "tool_result", tool_use_id: "call_2", content: "12:00" },
            { type: "text", text: "Thanks" },
          ],
        },
      ],
      tools: [
        {
          name: "get_weather",
          description: "Weather of a city",
          input_schema: weather.function.parameters,
          strict: true,
        },
        { name: "get_time", input_schema: { type: "object", properties: {} } },
      ],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
    });
  });

  test.each([
    ["auto", { type: "auto" }],
    ["none", { type: "none" }],
    ["required", { type: "any" }],
    [
      { type: "function" as const, function: { name: "get_time" } },
      { type: "tool", name: "get_time" },
    ],
  ] as const)("the tool choice %j arrives", async (choice, expected) => {
    const { body } = await translate("anthropic", { tools: [weather, clock], tool_choice: choice });
    expect(body).toMatchObject({ tool_choice: expected });
  });

  test("a JSON schema becomes the format of the output", async () => {
    const { body, warnings } = await translate("anthropic", {
      response_format: { type: "json_schema", json_schema: { name: "reply", schema, strict: true } },
    });
    expect(warnings).toEqual([]);
    expect(body).toMatchObject({ output_config: { format: { type: "json_schema", schema } } });
  });

  test("a reasoning effort turns thinking on", async () => {
    const { body } = await translate("anthropic", { reasoning_effort: "low" });
    expect(body).toMatchObject({ thinking: { type: "enabled" } });
  });
});

describe("what makes no sense anywhere", () => {
  const card: CardFacts = { id: "m", provider: "openai", abilities: null };
  const user = { role: "user" as const, content: "Hi" };
  test.each([
    [
      "a result of a call nobody made",
      { messages: [user, { role: "tool", tool_call_id: "x", content: "1" }] },
      ["messages", 1, "tool_call_id"],
    ],
    [
      "a choice of a tool that is not there",
      { messages: [user], tools: [clock], tool_choice: { type: "function", function: { name: "nope" } } },
      ["tool_choice"],
    ],
    ["a required choice without tools", { messages: [user], tool_choice: "required" }, ["tool_choice"]],
    [
      "an image of another protocol",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }] }] },
      ["messages", 0, "content", 0, "image_url", "url"],
    ],
    [
      "audio of an unknown format",
      { messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "", format: "ogg" } }] }] },
      ["messages", 0, "content", 0, "input_audio", "format"],
    ],
    [
      "a file without data",
      { messages: [{ role: "user", content: [{ type: "file", file: {} }] }] },
      ["messages", 0, "content", 0, "file", "file_data"],
    ],
  ])("%s is invalid input", (_name, fields, path) => {
    const request = ChatCompletionRequest.parse(fields);
    expect(() => requestToCallOptions(request, card)).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", issues: [expect.objectContaining({ loc: ["body", ...path] })] }),
    );
  });

  test("broken arguments of an earlier call stay visible to the model", () => {
    const messages = ChatCompletionRequest.parse({
      messages: [
        { role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: '{"x":' } }] },
      ],
    });
    expect(requestToCallOptions(messages, card).prompt).toMatchObject([
      { role: "assistant", content: [{ type: "tool-call", toolCallId: "a", input: { invalid_json: '{"x":' } }] },
    ]);
  });
});
