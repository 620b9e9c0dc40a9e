import type { ChatCompletionRequest, ToolChoice } from "@gaia/contracts";
import { GaiaError, notFound } from "@gaia/contracts";
import type { ResolvedModel } from "@gaia/providers";
import { describe, expect, test } from "vitest";
import { makePersona } from "../testing/make-persona.ts";
import { addSettings } from "./add-settings.ts";
import { limitTools } from "./limit-tools.ts";
import { readSettings } from "./read-settings.ts";
import { resolveModel } from "./resolve-model.ts";

const messages: ChatCompletionRequest["messages"] = [{ role: "user", content: "Hello" }];
const tool = (name: string) => ({ type: "function" as const, function: { name } });
const choose = (name: string) => ({ type: "function" as const, function: { name } });

describe("what a persona wants of the model", () => {
  test("comes from its settings, then its capabilities, then its traits", () => {
    const persona = makePersona({
      personality_traits: { temperature: 0.1, language: "German", response_length: "long", calm: true },
      capabilities: { temperature: 0.2, language: "French", tool_usage: false },
      settings: { temperature: 0.3 },
    });

    expect(readSettings(persona)).toEqual({
      temperature: 0.3,
      language: "French",
      response_length: "long",
      tool_usage: false,
    });
  });

  test("is not what makes no sense", () => {
    const capabilities = { temperature: "hot", max_tokens: -1, model: "", tool_usage: "no", allowed_tools: [" "] };

    expect(readSettings(makePersona({ capabilities, personality_traits: { temperature: 0.4 } }))).toEqual({
      temperature: 0.4,
    });
  });
});

describe("the request's settings", () => {
  const openai = { provider: "openai", abilities: ["chat"], maxOutputTokens: 100 } as const;
  const reasoning = { ...openai, abilities: ["chat", "reasoning"] } as const;
  const anthropic = { ...openai, provider: "anthropic", abilities: ["chat", "reasoning"] } as const;
  const unknown = { ...openai, abilities: null, maxOutputTokens: null } as const;

  test.each([
    ["OpenAI's", openai, { temperature: 1.5, max_tokens: 50 }],
    ["OpenAI's that reason", reasoning, { max_completion_tokens: 50 }],
    ["Anthropic's", anthropic, { temperature: 1, max_tokens: 50 }],
    ["unknown ones", unknown, { temperature: 1.5, max_tokens: 50 }],
  ])("are the persona's as far as models can: %s", (_whose, card, expected) => {
    const request = { messages, stream: true };

    expect(addSettings(request, { temperature: 1.5, max_tokens: 50 }, card)).toEqual({ ...request, ...expected });
  });

  test("go no further than the model", () => {
    expect(addSettings({ messages }, { max_tokens: 1000 }, openai)).toEqual({ messages, max_tokens: 100 });
  });

  test.each([
    { temperature: 0 },
    { top_p: 0.5 },
    { max_tokens: 7 },
    { max_completion_tokens: 7 },
    { temperature: 0.7, max_tokens: 7 },
  ])("that it states itself stay alone: %j", (own) => {
    const settings = { temperature: 1.5, max_tokens: 50 };
    const added = addSettings({ messages, ...own }, settings, openai);

    expect(added).toMatchObject(own);
    expect(addSettings(added, settings, openai)).toEqual(added);
    expect(Object.keys(added)).not.toEqual(expect.arrayContaining(["temperature", "top_p"]));
    expect(Object.keys(added)).not.toEqual(expect.arrayContaining(["max_tokens", "max_completion_tokens"]));
  });

  test("that are null are not stated", () => {
    const request = { messages, temperature: null, max_tokens: null };

    expect(addSettings(request, { temperature: 1.5, max_tokens: 50 }, openai)).toMatchObject({
      temperature: 1.5,
      max_tokens: 50,
    });
  });
});

describe("the tools", () => {
  const request = { messages, tools: [tool("search"), tool("roll")], parallel_tool_calls: false };

  test.each([{}, { tool_usage: true }, { allowed_tools: ["search", "roll", "more"] }])(
    "are the request's with %j",
    (settings) => {
      expect(limitTools(request, settings)).toBe(request);
    },
  );

  test.each([
    { tool_usage: false },
    { tool_usage: false, allowed_tools: ["search"] },
    { allowed_tools: [] },
    { allowed_tools: ["other"] },
  ])("are gone with all that is about them with %j", (settings) => {
    expect(limitTools({ ...request, tool_choice: "required" }, settings)).toEqual({ messages });
  });

  test("stay declared, and uncalled, where some were called before", () => {
    const call = { id: "1", type: "function" as const, function: { name: "roll", arguments: "{}" } };
    const before = { ...request, messages: [...messages, { role: "assistant" as const, tool_calls: [call] }] };

    expect(limitTools(before, { tool_usage: false })).toEqual({
      messages: before.messages,
      tools: request.tools,
      tool_choice: "none",
    });
  });

  const both = { mode: "auto" as const, tools: [choose("search"), choose("roll")] };
  test.each<[ToolChoice | undefined, ToolChoice | undefined]>([
    [undefined, undefined],
    ["required", "required"],
    ["none", "none"],
    [choose("search"), choose("search")],
    [choose("roll"), undefined],
    [
      { type: "allowed_tools", allowed_tools: both },
      { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [choose("search")] } },
    ],
    [{ type: "allowed_tools", allowed_tools: { mode: "required", tools: [choose("roll")] } }, "none"],
  ])("that are allowed are left, and a choice among them: %j is %j", (tool_choice, expected) => {
    const asked = tool_choice === undefined ? request : { ...request, tool_choice };

    expect(limitTools(asked, { allowed_tools: ["search"] })).toEqual({
      messages,
      tools: [tool("search")],
      parallel_tool_calls: false,
      ...(expected === undefined ? {} : { tool_choice: expected }),
    });
  });
});

describe("the model", () => {
  const asked: (string | undefined)[] = [];
  const models = {
    async resolve(name: string | undefined) {
      asked.push(name);
      if (name === "gone") throw notFound("Model", name);
      if (name === "broken") throw new GaiaError("UNAVAILABLE", "no network");
      return { requestedName: name ?? "default" } as ResolvedModel;
    },
  };

  test.each([
    ["mine", { model: "theirs" }, "mine"],
    [undefined, { model: "theirs" }, "theirs"],
    [undefined, {}, "default"],
    [undefined, { model: "gone" }, "default"],
  ])("asked for %j with %j is %j", async (requested, settings, expected) => {
    expect(await resolveModel(models, requested, settings)).toEqual({ requestedName: expected });
  });

  test("that the request names must exist", async () => {
    await expect(resolveModel(models, "gone", { model: "theirs" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("that cannot be asked now is a failure, and no reason for another one", async () => {
    await expect(resolveModel(models, undefined, { model: "broken" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});
