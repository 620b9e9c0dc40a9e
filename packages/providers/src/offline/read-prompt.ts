import type { LanguageModelV4CallOptions, LanguageModelV4ToolResultOutput } from "@ai-sdk/provider";
import { countTokens } from "./tokenizer.ts";

type Message = LanguageModelV4CallOptions["prompt"][number];

export interface ToolOutcome {
  readonly toolName: string;
  readonly text: string;
}

export interface ReadPrompt {
  /** Text of the last user message. */
  readonly question: string;
  /** Results that came after the last answer, so that they are what is to be answered now. */
  readonly outcomes: readonly ToolOutcome[];
  /** Tool calls of the whole conversation, so that new ones get ids of their own. */
  readonly earlierCalls: number;
  readonly inputTokens: number;
}

export function readPrompt({ prompt, tools }: Pick<LanguageModelV4CallOptions, "prompt" | "tools">): ReadPrompt {
  const lastUser = prompt.findLast(({ role }) => role === "user");
  const lastOther = prompt.findLastIndex(({ role }) => role !== "tool");
  const toolTokens = tools?.length ? countTokens(JSON.stringify(tools)) : 0;
  return {
    question: lastUser ? messageText(lastUser).trim() : "",
    outcomes: prompt.slice(lastOther + 1).flatMap(outcomesOf),
    earlierCalls: prompt.flatMap(contentOf).filter(({ type }) => type === "tool-call").length,
    inputTokens: prompt.reduce((total, message) => total + countTokens(messageText(message)), toolTokens),
  };
}

type Part = Exclude<Message["content"], string>[number];

function contentOf({ content }: Message): readonly Part[] {
  return typeof content === "string" ? [] : content;
}

function messageText(message: Message): string {
  return typeof message.content === "string" ? message.content : message.content.map(partText).join("\n");
}

function partText(part: Part): string {
  switch (part.type) {
    case "text":
    case "reasoning":
      return part.text;
    case "tool-call":
      return `${part.toolName} ${JSON.stringify(part.input)}`;
    case "tool-result":
      return outputText(part.output);
    case "file":
    case "reasoning-file":
    case "custom":
    case "tool-approval-response":
      return "";
  }
}

function outcomesOf(message: Message): ToolOutcome[] {
  if (message.role !== "tool") return [];
  return message.content.flatMap((part) =>
    part.type === "tool-result" ? [{ toolName: part.toolName, text: outputText(part.output) }] : [],
  );
}

function outputText(output: LanguageModelV4ToolResultOutput): string {
  switch (output.type) {
    case "text":
    case "error-text":
      return output.value;
    case "json":
    case "error-json":
      return JSON.stringify(output.value);
    case "execution-denied":
      return output.reason ?? "denied";
    case "content":
      return output.value.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  }
}
