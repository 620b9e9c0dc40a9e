import type { ChatCompletionRequest, ChatMessage } from "@gaia/contracts";
import type { ModelCard } from "@gaia/providers";
import { messageTokens, toolTokens } from "./message-tokens.ts";

type Card = Pick<ModelCard, "contextWindow" | "maxOutputTokens">;

// Of models that say nothing of themselves: what nearly all of today's have.
const assumedWindow = 32_768;
const assumedAnswer = 4096;

export function contextWindowOf({ contextWindow }: Pick<Card, "contextWindow">): number {
  return contextWindow ?? assumedWindow;
}

/** Tokens that are left for history beside the answer and everything that must be said. */
export function roomForHistory(card: Card, request: ChatCompletionRequest, necessary: readonly ChatMessage[]): number {
  const window = contextWindowOf(card);
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? card.maxOutputTokens ?? assumedAnswer;
  const answer = Math.min(wanted, Math.floor(window / 2));
  const said = necessary.reduce((sum, message) => sum + messageTokens(message), 0);
  return Math.max(0, window - answer - said - toolTokens(request.tools));
}
