import { isMessageBlock, type MessageParam, type MessagesRequest } from "@gaia/contracts";
import { invalidField } from "../../openai/invalid-field.ts";

const usersBlocks = new Set(["text", "image", "document", "tool_result"]);
const assistantsBlocks = new Set(["text", "thinking", "redacted_thinking", "tool_use"]);

/** Refuses, as Anthropic does, what makes no conversation: empty words, results without calls, calls without results. */
export function refuseDisorder({ messages }: MessagesRequest): void {
  for (const [index, message] of messages.entries()) {
    refuseEmptyWords(message, index);
    refuseMisplacedBlocks(message, index);
    const called = idsOf(messages[index - 1], "tool_use");
    const answered = idsOf(message, "tool_result");
    const unasked = answered.find(({ id }) => !called.some((call) => call.id === id));
    if (unasked !== undefined) {
      throw invalidField(
        ["messages", index, "content", unasked.position],
        `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unasked.id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message`,
      );
    }
    const open = called.filter((call) => !answered.some(({ id }) => id === call.id));
    if (open.length > 0) {
      throw invalidField(
        ["messages", index - 1],
        `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.map(({ id }) => id).join(", ")}`,
      );
    }
  }
}

function refuseEmptyWords({ content }: MessageParam, index: number): void {
  if (content.length === 0) throw invalidField(["messages", index], "messages must have non-empty content");
  if (typeof content === "string") return;
  const position = content.findIndex((block) => isMessageBlock(block) && block.type === "text" && block.text === "");
  if (position !== -1) {
    throw invalidField(["messages", index, "content", position], "text content blocks must be non-empty");
  }
}

function refuseMisplacedBlocks({ role, content }: MessageParam, index: number): void {
  if (typeof content === "string") return;
  const allowed = role === "assistant" ? assistantsBlocks : usersBlocks;
  const position = content.findIndex((block) => isMessageBlock(block) && !allowed.has(block.type));
  if (position !== -1) {
    throw invalidField(["messages", index, "content", position], `not a block of a message with the role ${role}`);
  }
}

interface PlacedId {
  readonly id: string;
  readonly position: number;
}

function idsOf(message: MessageParam | undefined, type: "tool_use" | "tool_result"): PlacedId[] {
  if (message === undefined || typeof message.content === "string") return [];
  return message.content.flatMap((block, position) => {
    if (!isMessageBlock(block) || block.type !== type) return [];
    if (block.type === "tool_use") return [{ id: block.id, position }];
    return block.type === "tool_result" ? [{ id: block.tool_use_id, position }] : [];
  });
}
