import type { ChatCompletionRequest, ChatMessage } from "@gaia/contracts";

type MessageOf<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;

/** What a request adds to a conversation: a question, or the results of the tools that the last answer called. */
export interface Turn {
  readonly question: MessageOf<"user"> | null;
  readonly results: readonly MessageOf<"tool">[];
  /** More than what is new came with the request; then ours is not added. */
  readonly hasOwnHistory: boolean;
}

export function readTurn({ messages }: Pick<ChatCompletionRequest, "messages">): Turn {
  const spoken = messages.filter(({ role }) => role !== "system" && role !== "developer");
  const last = spoken.at(-1);
  const results: MessageOf<"tool">[] = [];
  for (const message of spoken.toReversed()) {
    if (message.role !== "tool") break;
    results.unshift(message);
  }
  return {
    question: last?.role === "user" ? last : null,
    results,
    hasOwnHistory: spoken.length > Math.max(1, results.length),
  };
}
