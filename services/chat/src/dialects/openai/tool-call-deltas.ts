import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ChatCompletionChunk } from "@gaia/contracts";

type Delta = ChatCompletionChunk["choices"][number]["delta"];
type PartOf<Type extends LanguageModelV4StreamPart["type"]> = Extract<LanguageModelV4StreamPart, { type: Type }>;

interface OpenCall {
  readonly index: number;
  sent: string;
}

/**
 * Tool calls as fragments with OpenAI's `index`. Providers tell a call in pieces, as a whole, or both; the caller gets
 * every character of its arguments once.
 */
export class ToolCallDeltas {
  private readonly callsById = new Map<string, OpenCall>();

  // A tool that the provider runs itself is not for the caller to answer.
  start({ id, toolName, providerExecuted }: PartOf<"tool-input-start">): Delta[] {
    return providerExecuted === true ? [] : [this.open(id, toolName, "")];
  }

  append({ id, delta }: PartOf<"tool-input-delta">): Delta[] {
    const call = this.callsById.get(id);
    return call === undefined || delta === "" ? [] : [this.fragment(call, delta)];
  }

  complete({ toolCallId, toolName, input, providerExecuted }: PartOf<"tool-call">): Delta[] {
    if (providerExecuted === true) return [];
    const call = this.callsById.get(toolCallId);
    if (call === undefined) return [this.open(toolCallId, toolName, input)];
    // What was sent cannot be taken back, so a whole that says something else (blanks, key order) is left alone.
    const isLonger = input.length > call.sent.length && input.startsWith(call.sent);
    return isLonger ? [this.fragment(call, input.slice(call.sent.length))] : [];
  }

  private open(id: string, name: string, sent: string): Delta {
    const index = this.callsById.size;
    this.callsById.set(id, { index, sent });
    return { tool_calls: [{ index, id, type: "function", function: { name, arguments: sent } }] };
  }

  private fragment(call: OpenCall, text: string): Delta {
    call.sent += text;
    return { tool_calls: [{ index: call.index, function: { arguments: text } }] };
  }
}
