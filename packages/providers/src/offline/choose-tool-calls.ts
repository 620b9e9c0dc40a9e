import type { JSONValue, LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import * as z from "zod";
import { JsonSchema } from "./json-schema.ts";
import { minimalInstance } from "./minimal-instance.ts";
import { searchToolName } from "./quote-results.ts";

export interface PlannedCall {
  readonly toolName: string;
  readonly input: JSONValue;
}

const questionWords =
  /^(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|can|could|do|does|did|will|should|tell|explain|describe|find|show|list|search)\b/i;
const queryNames = ["query", "question", "q", "text", "search"];

/** The calls that the choice demands, or under `auto` those of the tools that the question names, in its order. */
export function chooseToolCalls(options: LanguageModelV4CallOptions, question: string): PlannedCall[] {
  const tools = (options.tools ?? []).filter((tool) => tool.type === "function");
  const choice = options.toolChoice ?? { type: "auto" };
  switch (choice.type) {
    case "none":
      return [];
    case "tool":
      return tools.filter(({ name }) => name === choice.toolName).map((tool) => planCall(tool, question));
    case "required":
      return planCalls(mentionedTools(tools, question), tools.slice(0, 1), options, question);
    case "auto":
      return planCalls(mentionedTools(tools, question), searchTool(tools, question), options, question);
  }
}

function planCalls(
  mentioned: readonly LanguageModelV4FunctionTool[],
  otherwise: readonly LanguageModelV4FunctionTool[],
  { providerOptions }: LanguageModelV4CallOptions,
  question: string,
): PlannedCall[] {
  const chosen = mentioned.length > 0 ? mentioned : otherwise;
  const isSingle = providerOptions?.["openai"]?.["parallelToolCalls"] === false;
  return (isSingle ? chosen.slice(0, 1) : chosen).map((tool) => planCall(tool, question));
}

function mentionedTools(
  tools: readonly LanguageModelV4FunctionTool[],
  question: string,
): readonly LanguageModelV4FunctionTool[] {
  return tools
    .map((tool) => ({ tool, at: positionOf(tool.name, question) }))
    .filter(({ at }) => at >= 0)
    .sort((left, right) => left.at - right.at)
    .map(({ tool }) => tool);
}

function positionOf(name: string, question: string): number {
  const escaped = name.replaceAll(/[^\w]/g, String.raw`\$&`);
  return question.search(new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`));
}

function searchTool(
  tools: readonly LanguageModelV4FunctionTool[],
  question: string,
): readonly LanguageModelV4FunctionTool[] {
  const isQuestion = question.includes("?") || questionWords.test(question);
  return isQuestion ? tools.filter(({ name }) => name === searchToolName) : [];
}

function planCall(tool: LanguageModelV4FunctionTool, question: string): PlannedCall {
  // Arguments are an object whatever the schema says: providers allow nothing else.
  const parsed = z.record(z.string(), z.json()).safeParse(minimalInstance(tool.inputSchema));
  const fields = parsed.success ? parsed.data : {};
  if (tool.name !== searchToolName) return { toolName: tool.name, input: fields };
  return { toolName: tool.name, input: { ...fields, [queryProperty(tool.inputSchema)]: question } };
}

function queryProperty(inputSchema: unknown): string {
  const { properties = {}, required = [] } = JsonSchema.safeParse(inputSchema).data ?? {};
  return queryNames.find((name) => Object.hasOwn(properties, name)) ?? required[0] ?? "query";
}
