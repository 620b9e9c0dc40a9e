import type { LLMock } from "@copilotkit/aimock";
import { expect } from "vitest";
import { invoice, parisArguments, redPixel, romeArguments } from "../mock-answers.ts";
import type { Answer, Question } from "./answer.ts";

export const providers = ["OpenAI", "Anthropic", "compatible", "offline"] as const;
export type Provider = (typeof providers)[number];

const usage = { prompt_tokens: 21, completion_tokens: 13, total_tokens: 34, input_tokens: 21, output_tokens: 13 };

/** What the mocks answer to the questions below. */
export function teachFeatures(mock: LLMock): void {
  const calls = [
    { id: "call_paris", name: "get_weather", arguments: parisArguments },
    { id: "call_rome", name: "get_time", arguments: romeArguments },
  ];
  mock.on({ userMessage: "get_weather and get_time" }, { toolCalls: calls, usage });
  mock.on({ userMessage: "describe the picture" }, { content: "One red pixel.", usage });
  mock.on({ userMessage: "ponder" }, { content: "It is so.", reasoning: "Is it so? Yes.", usage });
  mock.on({ userMessage: "read the invoice" }, { content: invoice, usage });
  mock.on({ userMessage: "greet me" }, { content: "Hello there, you.", usage }, { chunkSize: 3 });
  mock.on({ userMessage: "do harm" }, ({ model }) => ({
    content: "I will not.",
    finishReason: model.startsWith("claude") ? "refusal" : "content_filter",
    usage,
  }));
  mock.on({ userMessage: "break off" }, { content: "word ".repeat(50) }, { chunkSize: 5, truncateAfterChunks: 10 });
  mock.on({ userMessage: "hang up" }, { content: "never" }, { chaos: { disconnectRate: 1 } });
  mock.on({ userMessage: "talk slowly" }, { content: "word ".repeat(200) }, { streamingProfile: { ttft: 0, tps: 20 } });
  mock.on({ userMessage: "answer late" }, { content: "late" }, { chaos: { latencyMs: 5000 } });
}

export interface Feature {
  readonly name: string;
  readonly ask: (stream: boolean) => Omit<Question, "model">;
  /** What must hold where it is supported. */
  readonly holds: (answer: Answer, provider: Provider) => void;
  /** Where it cannot happen. */
  readonly never?: readonly Provider[];
  /** The caller goes away in the middle. */
  readonly aborts?: true;
}

function endsWell(answer: Answer, stopReason = "end_turn"): void {
  expect(answer).toMatchObject({ status: 200, failure: null, stopReason });
}

export const features: readonly Feature[] = [
  {
    name: "text",
    ask: () => ({ text: "greet me" }),
    holds(answer, provider) {
      endsWell(answer);
      if (provider === "offline") expect(answer.text).toContain("gaia-offline");
      else expect(answer.text).toBe("Hello there, you.");
    },
  },
  {
    name: "parallel tools",
    ask: () => ({ text: "Use get_weather and get_time", tools: ["get_weather", "get_time"] }),
    holds(answer, provider) {
      endsWell(answer, "tool_use");
      expect(answer.calls.map(({ name }) => name)).toEqual(["get_weather", "get_time"]);
      const inputs = provider === "offline" ? [{ city: "" }, { city: "" }] : [parisArguments, romeArguments];
      expect(answer.calls.map(({ input }) => input)).toEqual(inputs);
    },
  },
  {
    name: "images",
    ask: () => ({ text: "describe the picture", image: redPixel }),
    holds(answer) {
      endsWell(answer);
      expect(answer.text).toBe("One red pixel.");
    },
  },
  {
    name: "reasoning",
    ask: () => ({ text: "ponder", thinks: true }),
    holds(answer, provider) {
      endsWell(answer);
      expect(answer.text).toBe("It is so.");
      // OpenAI itself keeps the thoughts of its models to itself.
      if (provider !== "OpenAI") expect(answer.thinking).toBe("Is it so? Yes.");
    },
  },
  {
    name: "structured output",
    ask: () => ({
      text: "Please read the invoice",
      schema: {
        type: "object",
        properties: { customer: { type: "string" }, total: { type: "number" } },
        required: ["customer", "total"],
        additionalProperties: false,
      },
    }),
    holds(answer) {
      endsWell(answer);
      expect(JSON.parse(answer.text)).toMatchObject({ customer: expect.any(String), total: expect.any(Number) });
    },
  },
  {
    name: "usage",
    ask: () => ({ text: "greet me" }),
    holds(answer, provider) {
      const some = { input: expect.any(Number), output: expect.any(Number) };
      expect(answer.tokens).toEqual(provider === "offline" ? some : { input: 21, output: 13 });
      expect(answer.tokens?.output).toBeGreaterThan(0);
    },
  },
  {
    name: "refusal",
    ask: () => ({ text: "do harm" }),
    never: ["offline"],
    holds: (answer) => endsWell(answer, "refusal"),
  },
  {
    name: "mid-stream error",
    ask: (stream) => ({ text: stream ? "break off" : "hang up" }),
    never: ["offline"],
    holds(answer) {
      expect(answer.failure).toMatch(/\w/);
      if (answer.status !== 200) expect(answer.status).toBe(502);
      else expect(answer.text).toMatch(/^word /);
    },
  },
  {
    name: "abort",
    ask: (stream) => ({ text: stream ? "talk slowly" : "answer late" }),
    // Its answers are there at once.
    never: ["offline"],
    aborts: true,
    holds: () => undefined,
  },
];
