import { type ChatMessage, isMessageBlock, type MessageBlock, type MessageParam, type ToolCall } from "@gaia/contracts";
import { blockToUserParts } from "./block-to-user-parts.ts";

type BlockOf<Type extends MessageBlock["type"]> = Extract<MessageBlock, { type: Type }>;

/** One message of Anthropic's as those of OpenAI's, which gives each result of a tool one of its own. */
export function messageToChatMessages({ role, content }: MessageParam): ChatMessage[] {
  if (typeof content === "string") return [{ role, content }];
  const blocks = content.filter(isMessageBlock);
  switch (role) {
    case "system":
      return [{ role, content: textOfBlocks(blocks, "\n") }];
    case "user":
      return [...blocks.filter((block) => block.type === "tool_result").map(toolMessage), ...userMessages(blocks)];
    case "assistant":
      return [assistantMessage(blocks)];
  }
}

export function textOfBlocks(blocks: readonly MessageBlock[], separator: string): string {
  return blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join(separator);
}

function userMessages(blocks: readonly MessageBlock[]): ChatMessage[] {
  const parts = blocks.flatMap(blockToUserParts);
  return parts.length === 0 ? [] : [{ role: "user", content: parts }];
}

// OpenAI has no flag for a tool that failed; its adapter tells it the same way.
function toolMessage({ tool_use_id, content, is_error }: BlockOf<"tool_result">): ChatMessage {
  const text = typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("\n");
  return {
    role: "tool",
    tool_call_id: tool_use_id,
    content: is_error === true ? JSON.stringify({ error: text }) : text,
  };
}

function assistantMessage(blocks: readonly MessageBlock[]): ChatMessage {
  const text = textOfBlocks(blocks, "");
  const thinking = blocks.flatMap((block) => (block.type === "thinking" ? [block.thinking] : [])).join("");
  const calls = blocks.filter((block) => block.type === "tool_use").map(toToolCall);
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(thinking === "" ? {} : { reasoning_content: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toToolCall({ id, name, input }: BlockOf<"tool_use">): ToolCall {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
}
