import type { LanguageModelV4CallOptions, LanguageModelV4FinishReason } from "@ai-sdk/provider";
import { chooseToolCalls, type PlannedCall } from "./choose-tool-calls.ts";
import { minimalInstance } from "./minimal-instance.ts";
import { quoteResults } from "./quote-results.ts";
import { readPrompt, type ReadPrompt } from "./read-prompt.ts";
import { countTokens, tokenize } from "./tokenizer.ts";

export interface AnswerCall {
  readonly id: string;
  readonly toolName: string;
  /** JSON. */
  readonly input: string;
}

/** A whole answer of `gaia-offline`, before it is streamed or returned. */
export interface PlannedAnswer {
  readonly text: string;
  readonly calls: readonly AnswerCall[];
  readonly finish: LanguageModelV4FinishReason["unified"];
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const introduction =
  "I am gaia-offline, the model that is built into Gaia. No model provider is configured, so I cannot really answer. " +
  "To talk to a language model, set OPENAI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL and start Gaia again.";
const longestRestatement = 200;

/** The same call always gets the same answer. */
export function planAnswer(options: LanguageModelV4CallOptions): PlannedAnswer {
  const prompt = readPrompt(options);
  const calls = prompt.outcomes.length === 0 ? chooseToolCalls(options, prompt.question) : [];
  return calls.length > 0 ? callAnswer(calls, prompt, options) : textAnswer(prompt, options);
}

function callAnswer(
  planned: readonly PlannedCall[],
  prompt: ReadPrompt,
  options: LanguageModelV4CallOptions,
): PlannedAnswer {
  const calls = planned.map(({ toolName, input }, index) => ({
    id: `call_offline_${prompt.earlierCalls + index + 1}`,
    toolName,
    input: JSON.stringify(input),
  }));
  const outputTokens = calls.reduce(
    (total, { toolName, input }) => total + countTokens(toolName) + countTokens(input),
    0,
  );
  const { inputTokens } = prompt;
  // Half a call is of no use to anybody, so a budget that is too small for them gets none.
  if (outputTokens > (options.maxOutputTokens ?? Number.POSITIVE_INFINITY)) {
    return { text: "", calls: [], finish: "length", inputTokens, outputTokens: 0 };
  }
  return { text: "", calls, finish: "tool-calls", inputTokens, outputTokens };
}

function textAnswer(prompt: ReadPrompt, options: LanguageModelV4CallOptions): PlannedAnswer {
  const stopped = cutAtStop(fullText(prompt, options), options.stopSequences ?? []);
  const tokens = tokenize(stopped);
  const budget = options.maxOutputTokens ?? tokens.length;
  const kept = tokens.slice(0, budget);
  return {
    text: kept.join(""),
    calls: [],
    finish: kept.length < tokens.length ? "length" : "stop",
    inputTokens: prompt.inputTokens,
    outputTokens: kept.length,
  };
}

function fullText({ question, outcomes }: ReadPrompt, { responseFormat }: LanguageModelV4CallOptions): string {
  const text = outcomes.length > 0 ? quoteResults(outcomes) : introduce(question);
  if (responseFormat?.type !== "json") return text;
  return JSON.stringify(
    responseFormat.schema === undefined ? { answer: text } : minimalInstance(responseFormat.schema),
  );
}

function introduce(question: string): string {
  if (question === "") return introduction;
  const line = question.replaceAll(/\s+/g, " ");
  const shown = line.length > longestRestatement ? `${line.slice(0, longestRestatement)}…` : line;
  return `${introduction} You asked: “${shown}”`;
}

function cutAtStop(text: string, stopSequences: readonly string[]): string {
  const positions = stopSequences
    .filter((sequence) => sequence !== "")
    .map((sequence) => text.indexOf(sequence))
    .filter((at) => at >= 0);
  return positions.length === 0 ? text : text.slice(0, Math.min(...positions));
}
