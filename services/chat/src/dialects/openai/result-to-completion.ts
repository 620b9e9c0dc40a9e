import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from "@ai-sdk/provider";
import type { ChatCompletion, ToolCall } from "@gaia/contracts";
import type { AnswerIdentity } from "./answer-identity.ts";
import { finishReasonToOpenAi } from "./finish-reason-to-openai.ts";
import { usageToOpenAi } from "./usage-to-openai.ts";

/**
 * A refusal is text here, with the finish reason `content_filter`: the providers' adapters do not tell it from text
 * while it streams, and both forms of an answer must agree.
 */
export function resultToCompletion(result: LanguageModelV4GenerateResult, identity: AnswerIdentity): ChatCompletion {
  const text = textOf(result.content, "text");
  const reasoning = textOf(result.content, "reasoning");
  const toolCalls = toolCallsOf(result.content);
  const usage = usageToOpenAi(result.usage);
  return {
    id: identity.id,
    object: "chat.completion",
    created: identity.created,
    model: identity.model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text === "" && toolCalls.length > 0 ? null : text,
          refusal: null,
          ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
          ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
        },
        logprobs: null,
        finish_reason: finishReasonToOpenAi(result.finishReason),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
  };
}

function textOf(content: readonly LanguageModelV4Content[], type: "text" | "reasoning"): string {
  let text = "";
  for (const part of content) if (part.type === type) text += part.text;
  return text;
}

// A tool that the provider runs itself is not for the caller to answer.
function toolCallsOf(content: readonly LanguageModelV4Content[]): ToolCall[] {
  return content
    .filter((part) => part.type === "tool-call")
    .filter((part) => part.providerExecuted !== true)
    .map((part) => ({
      id: part.toolCallId,
      type: "function",
      function: { name: part.toolName, arguments: part.input },
    }));
}
