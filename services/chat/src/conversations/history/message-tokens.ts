import type { ChatMessage, FunctionTool } from "@gaia/contracts";
import { textOf } from "../message-text.ts";

// Below what English comes to, so that code and other scripts, which need more tokens for their bytes, fit too.
const bytesPerToken = 3.5;
const tokensAround = 4;
// What a picture, a recording or a file comes to where nobody has counted it.
const tokensOfAttachment = 1500;

/** What a message takes of a model's window: rather too much than too little. */
export function messageTokens(message: ChatMessage): number {
  const { content } = message;
  const attachments = Array.isArray(content) ? content.filter(({ type }) => !isText(type)).length : 0;
  const calls = message.role === "assistant" && message.tool_calls ? textTokens(JSON.stringify(message.tool_calls)) : 0;
  return tokensAround + textTokens(textOf(message)) + calls + attachments * tokensOfAttachment;
}

export function toolTokens(tools: readonly FunctionTool[] | undefined): number {
  return tools === undefined || tools.length === 0 ? 0 : textTokens(JSON.stringify(tools));
}

export function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** As many bytes as can be in so many tokens. */
export function bytesOfTokens(tokens: number): number {
  return Math.ceil(tokens * bytesPerToken);
}

function isText(type: string): boolean {
  return type === "text" || type === "refusal";
}
