import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from "@ai-sdk/provider";
import type { MessagesResponse } from "@gaia/contracts";
import type { AnswerIdentity } from "../openai/answer-identity.ts";
import { emptyMessageOf } from "./empty-message.ts";
import { stopReasonToAnthropic } from "./stop-reason-to-anthropic.ts";
import { unsignedThinking } from "./unsigned-thinking.ts";
import { usageToAnthropic } from "./usage-to-anthropic.ts";

type Block = MessagesResponse["content"][number];

/** Thinking comes before what is said, as it does in a stream; some adapters put it behind. */
export function resultToMessage(result: LanguageModelV4GenerateResult, identity: AnswerIdentity): MessagesResponse {
  const blocks = result.content.flatMap(toBlocks);
  return {
    ...emptyMessageOf(identity, usageToAnthropic(result.usage)),
    content: [...blocks.filter(({ type }) => type === "thinking"), ...blocks.filter(({ type }) => type !== "thinking")],
    stop_reason: stopReasonToAnthropic(result.finishReason),
  };
}

// A tool that the provider runs itself is not for the caller to answer.
function toBlocks(part: LanguageModelV4Content): Block[] {
  if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: part.text }];
  if (part.type === "reasoning") {
    return part.text === "" ? [] : [{ type: "thinking", thinking: part.text, signature: unsignedThinking }];
  }
  if (part.type !== "tool-call" || part.providerExecuted === true) return [];
  return [{ type: "tool_use", id: part.toolCallId, name: part.toolName, input: inputOf(part.input) }];
}

/** Anthropic's clients get the input parsed; what a model has broken is shown as it is. */
function inputOf(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return { invalid_json: text };
  }
}
