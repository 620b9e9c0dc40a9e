import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { ChatMessage, ToolCall } from "@gaia/contracts";
import * as z from "zod";
import type { CardFacts } from "./card-facts.ts";
import { invalidField } from "./invalid-field.ts";
import { userContentToParts } from "./user-content-to-parts.ts";

type MessageOf<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;
type AssistantMessage = Extract<LanguageModelV4Message, { role: "assistant" }>;

/** OpenAI's conversation as a prompt. Tool results find the name of their tool in the call they answer. */
export function messagesToPrompt(messages: readonly ChatMessage[], card: CardFacts): LanguageModelV4Prompt {
  const toolNamesById = new Map<string, string>();
  const prompt: LanguageModelV4Prompt = [];
  for (const [index, message] of messages.entries()) {
    switch (message.role) {
      case "system":
      case "developer":
        prompt.push({ role: "system", content: joinText(message.content), ...nameOptions(message.name) });
        break;
      case "user":
        prompt.push(userMessage(message, card, index));
        break;
      case "assistant":
        for (const call of message.tool_calls ?? []) toolNamesById.set(call.id, call.function.name);
        prompt.push(...assistantMessages(message, card));
        break;
      case "tool":
        prompt.push(toolMessage(message, toolNamesById.get(message.tool_call_id), index));
        break;
    }
  }
  return prompt;
}

function userMessage(message: MessageOf<"user">, card: CardFacts, index: number): LanguageModelV4Message {
  const content = userContentToParts(message.content, card, ["messages", index, "content"]);
  const [only] = content;
  const isSoleText = content.length === 1 && only?.type === "text";
  // The adapter for compatible servers reads the name of a message with one text from that text.
  if (isSoleText)
    return { role: "user", content: [{ ...only, ...nameOptions(message.name) }], ...nameOptions(message.name) };
  return { role: "user", content, ...nameOptions(message.name) };
}

// A turn that says nothing carries nothing, and Anthropic refuses it.
function assistantMessages(message: MessageOf<"assistant">, card: CardFacts): AssistantMessage[] {
  const content: AssistantMessage["content"] = [];
  // Only compatible servers take thinking back as plain text; Anthropic wants its signature.
  if (message.reasoning_content && card.provider === "openai") {
    content.push({ type: "reasoning", text: message.reasoning_content });
  }
  const text = assistantText(message);
  if (text !== "") content.push({ type: "text", text });
  for (const call of message.tool_calls ?? []) {
    content.push({ type: "tool-call", toolCallId: call.id, toolName: call.function.name, input: inputOf(call) });
  }
  return content.length === 0 ? [] : [{ role: "assistant", content, ...nameOptions(message.name) }];
}

function assistantText({ content, refusal }: MessageOf<"assistant">): string {
  if (typeof content === "string") return content === "" ? (refusal ?? "") : content;
  return content?.map((part) => (part.type === "text" ? part.text : part.refusal)).join("\n") ?? refusal ?? "";
}

const ToolInput = z.record(z.string(), z.unknown());

// A model that wrote broken arguments should see what it wrote; an empty text is how some say "no arguments".
function inputOf({ function: { arguments: text } }: ToolCall): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    return ToolInput.parse(JSON.parse(text));
  } catch {
    return { invalid_json: text };
  }
}

function toolMessage(message: MessageOf<"tool">, toolName: string | undefined, index: number): LanguageModelV4Message {
  if (toolName === undefined) {
    throw invalidField(["messages", index, "tool_call_id"], "No earlier assistant message makes this tool call");
  }
  const output = { type: "text" as const, value: joinText(message.content) };
  return { role: "tool", content: [{ type: "tool-result", toolCallId: message.tool_call_id, toolName, output }] };
}

function joinText(content: string | readonly { readonly text: string }[]): string {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("\n");
}

function nameOptions(name: string | undefined): Pick<LanguageModelV4Message, "providerOptions"> {
  return name === undefined ? {} : { providerOptions: { openai: { name }, openaiCompatible: { name } } };
}
