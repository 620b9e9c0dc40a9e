import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { ask, collectParts, functionTool, textOf } from "../testing/call-options.ts";
import { createOfflineModel } from "./offline-model.ts";
import { countTokens } from "./tokenizer.ts";

const model = createOfflineModel();
const weather = functionTool("get_weather", {
  type: "object",
  properties: {
    city: { type: "string", minLength: 1 },
    days: { type: "integer", minimum: 1 },
    note: { type: "string" },
  },
  required: ["city", "days"],
});
const time = functionTool("get_time");
const search = functionTool("search_knowledge_base", {
  type: "object",
  properties: { query: { type: "string" }, limit: { type: "integer" } },
  required: ["query"],
});

async function answer(options: LanguageModelV4CallOptions) {
  const { content, finishReason, usage } = await model.doGenerate(options);
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
  const calls = content.flatMap((part) =>
    part.type === "tool-call"
      ? [{ id: part.toolCallId, name: part.toolName, input: JSON.parse(part.input) as unknown }]
      : [],
  );
  return { text, calls, finish: finishReason.unified, usage };
}

function afterResults(question: string, results: Record<string, unknown>): LanguageModelV4Prompt {
  const parts = Object.entries(results).map(([toolName, value], index): LanguageModelV4ToolResultPart => ({
    type: "tool-result",
    toolCallId: `call_${index}`,
    toolName,
    output: typeof value === "string" ? { type: "text", value } : { type: "text", value: JSON.stringify(value) },
  }));
  const calls = Object.keys(results).map((toolName, index) => ({
    type: "tool-call" as const,
    toolCallId: `call_${index}`,
    toolName,
    input: {},
  }));
  return [...ask(question).prompt, { role: "assistant", content: calls }, { role: "tool", content: parts }];
}

test("it says what it is, how to get a real model, and what was asked", async () => {
  const { text, finish } = await answer(ask("Where is the castle?"));
  for (const part of [
    "gaia-offline",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "OPENAI_BASE_URL",
    "Where is the castle?",
  ]) {
    expect(text).toContain(part);
  }
  expect(finish).toBe("stop");
});

test("it is deterministic, and streams the same words that it returns", async () => {
  const { text } = await answer(ask("Hello"));
  const first = await collectParts((await model.doStream(ask("Hello"))).stream);
  const second = await collectParts((await model.doStream(ask("Hello"))).stream);
  expect(first).toEqual(second);
  expect(textOf(first)).toBe(text);
  expect(first.filter(({ type }) => type === "text-delta").length).toBeGreaterThan(20);
});

test("its token counts are those of its tokenizer", async () => {
  const { text, usage } = await answer(ask("Hello there"));
  expect(usage.inputTokens.total).toBe(countTokens("Hello there"));
  expect(usage.outputTokens.total).toBe(countTokens(text));
});

test("a token limit cuts the answer", async () => {
  const { text, finish, usage } = await answer(ask("Hello", { maxOutputTokens: 5 }));
  expect(finish).toBe("length");
  expect(countTokens(text)).toBe(5);
  expect(usage.outputTokens.total).toBe(5);
});

test("a stop sequence ends the answer before it", async () => {
  const { text, finish } = await answer(ask("Hello", { stopSequences: ["never there", " built", ""] }));
  expect(text).toBe("I am gaia-offline, the model that is");
  expect(finish).toBe("stop");
});

test("tools that the message names are called, in its order", async () => {
  const { calls, text, finish } = await answer(ask("Use get_time, then get_weather.", { tools: [weather, time] }));
  expect(calls).toEqual([
    { id: "call_offline_1", name: "get_time", input: {} },
    { id: "call_offline_2", name: "get_weather", input: { city: "a", days: 1 } },
  ]);
  expect({ text, finish }).toEqual({ text: "", finish: "tool-calls" });
});

test("tools that the message does not name are left alone", async () => {
  for (const question of ["What is the weather?", "Use get_weather_tomorrow", "Use my-get_time"]) {
    expect((await answer(ask(question, { tools: [weather, time] }))).calls).toEqual([]);
  }
});

test("the tool choice is obeyed", async () => {
  const tools = [weather, time];
  const names = async (toolChoice: LanguageModelV4CallOptions["toolChoice"], question = "Hello") =>
    (await answer(ask(question, { tools, ...(toolChoice ? { toolChoice } : {}) }))).calls.map(({ name }) => name);
  expect(await names({ type: "required" })).toEqual(["get_weather"]);
  expect(await names({ type: "required" }, "call get_time")).toEqual(["get_time"]);
  expect(await names({ type: "tool", toolName: "get_time" })).toEqual(["get_time"]);
  expect(await names({ type: "none" }, "call get_time")).toEqual([]);
});

test("parallel calls can be refused", async () => {
  const providerOptions = { openai: { parallelToolCalls: false } };
  const { calls } = await answer(ask("get_time and get_weather", { tools: [weather, time], providerOptions }));
  expect(calls.map(({ name }) => name)).toEqual(["get_time"]);
});

test("a tool call is streamed with its arguments", async () => {
  const { stream } = await model.doStream(ask("get_weather", { tools: [weather] }));
  const parts = await collectParts(stream);
  expect(parts.map(({ type }) => type)).toEqual([
    "stream-start",
    "response-metadata",
    "tool-input-start",
    "tool-input-delta",
    "tool-input-end",
    "tool-call",
    "finish",
  ]);
  expect(parts[5]).toMatchObject({ toolName: "get_weather", input: '{"city":"a","days":1}' });
});

test("results are quoted, and ids go on where they stopped", async () => {
  const prompt = afterResults("Use get_time and get_weather", { get_time: "noon", get_weather: { sun: true } });
  const { text, calls } = await answer({ prompt, tools: [weather, time], toolChoice: { type: "required" } });
  expect(text).toContain("The tool get_time answered: noon");
  expect(text).toContain('The tool get_weather answered: {"sun":true}');
  expect(calls).toEqual([]);
  const next = [...prompt, ...ask("get_time again").prompt];
  expect((await answer({ prompt: next, tools: [time] })).calls[0]?.id).toBe("call_offline_3");
});

test("a question is put to the knowledge base", async () => {
  const { calls } = await answer(ask("Where is the castle?", { tools: [time, search] }));
  expect(calls).toMatchObject([{ name: "search_knowledge_base", input: { query: "Where is the castle?" } }]);
  expect((await answer(ask("Good morning", { tools: [search] }))).calls).toEqual([]);
});

test("passages are quoted with their paths", async () => {
  const results = [{ path: "world/castle.md", text: "The castle stands\non a hill." }];
  const { text } = await answer({
    prompt: afterResults("Where?", { search_knowledge_base: { results } }),
    tools: [search],
  });
  expect(text).toContain("> The castle stands\n> on a hill.\n(world/castle.md)");
});

test("an empty search says so", async () => {
  const { text } = await answer({ prompt: afterResults("Where?", { search_knowledge_base: { results: [] } }) });
  expect(text).toBe("The knowledge base has nothing about this.");
});

test("a JSON answer fits its schema, and without one is an object", async () => {
  const schema = { type: "object" as const, properties: { mood: { enum: ["calm", "wild"] } }, required: ["mood"] };
  expect((await answer(ask("Hi", { responseFormat: { type: "json", schema } }))).text).toBe('{"mood":"calm"}');
  expect(JSON.parse((await answer(ask("Hi", { responseFormat: { type: "json" } }))).text)).toHaveProperty("answer");
});

test("a tool or an answer that would be large is refused before it is built", async () => {
  const schema = { type: "array" as const, minItems: 100_000_000 };
  const greedy = functionTool("hoard", { type: "object", properties: { all: schema }, required: ["all"] });
  for (const options of [ask("hoard", { tools: [greedy] }), ask("Hi", { responseFormat: { type: "json", schema } })]) {
    await expect(answer(options)).rejects.toMatchObject({ code: "UNSUPPORTED", reason: "feature.unsupported" });
    await expect(model.doStream(options)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  }
});

test("an abort ends the stream with CANCELLED", async () => {
  const controller = new AbortController();
  const { stream } = await model.doStream(ask("Hello", { abortSignal: controller.signal }));
  const reader = stream.getReader();
  await reader.read();
  controller.abort();
  const rest = (async () => {
    while (!(await reader.read()).done);
  })();
  await expect(rest).rejects.toMatchObject({ code: "CANCELLED" });
  await expect(model.doGenerate(ask("Hello", { abortSignal: controller.signal }))).rejects.toMatchObject({
    code: "CANCELLED",
  });
});
