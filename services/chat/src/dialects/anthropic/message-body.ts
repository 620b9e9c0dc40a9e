import { type ChatMessage, type MessageParam, type MessagesRequest, isMessageBlock } from "@gaia/contracts";
import { unsignedThinking } from "./unsigned-thinking.ts";

interface BodyFacts {
  /** The model that really answers. */
  readonly model: string;
  /** What Gaia adds before the caller's own messages: instructions, and what was said before. */
  readonly added: readonly ChatMessage[];
}

type Question = Pick<MessagesRequest, "messages" | "system"> & {
  readonly conversation_id?: unknown;
  readonly beta?: unknown;
};

/** The request as Anthropic gets it: without what is Gaia's, and with what Gaia adds. */
export function messageBody(request: Question, { model, added }: BodyFacts): string {
  const { conversation_id: _conversation, beta: _beta, ...fields } = request;
  const instructions = added.filter(isInstruction).map(textOf);
  return JSON.stringify({
    ...fields,
    model,
    ...(instructions.length === 0 ? {} : { system: systemOf(request, instructions) }),
    messages: [
      ...added.filter((message) => !isInstruction(message)).map(toParam),
      ...request.messages.map(withoutUnsigned),
    ],
  });
}

function systemOf({ system }: Pick<MessagesRequest, "system">, instructions: readonly string[]): object[] {
  const own = typeof system === "string" ? [{ type: "text", text: system }] : (system ?? []);
  return [...instructions.map((text) => ({ type: "text", text })), ...own];
}

function isInstruction({ role }: ChatMessage): boolean {
  return role === "system" || role === "developer";
}

function toParam(message: ChatMessage): MessageParam {
  return { role: message.role === "assistant" ? "assistant" : "user", content: textOf(message) };
}

function textOf({ content }: ChatMessage): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

// Nobody has signed the thoughts of another vendor's model, and Anthropic takes only those that it has signed itself.
function withoutUnsigned(message: MessageParam): MessageParam {
  if (message.role !== "assistant" || typeof message.content === "string") return message;
  const isUnsigned = (block: (typeof message.content)[number]) =>
    isMessageBlock(block) && block.type === "thinking" && block.signature === unsignedThinking;
  return message.content.some(isUnsigned)
    ? { ...message, content: message.content.filter((block) => !isUnsigned(block)) }
    : message;
}
