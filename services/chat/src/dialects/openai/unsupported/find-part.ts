import type { ChatCompletionRequest, ChatMessage } from "@gaia/contracts";

type UserPart = Exclude<Extract<ChatMessage, { role: "user" }>["content"], string>[number];

/** The path of the first part of a user's message for which the test holds. */
export function findPart({ messages }: ChatCompletionRequest, test: (part: UserPart) => boolean): string | undefined {
  for (const [index, message] of messages.entries()) {
    if (message.role !== "user" || typeof message.content === "string") continue;
    const position = message.content.findIndex(test);
    if (position !== -1) return `messages.${index}.content.${position}`;
  }
  return undefined;
}
