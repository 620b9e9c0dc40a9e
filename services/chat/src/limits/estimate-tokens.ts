import type { ChatCompletionRequest } from "@gaia/contracts";

// What English text comes to with the usual tokenizers.
const charactersPerToken = 4;
// Of an answer whose length nobody has bounded.
const assumedAnswer = 1000;

export function tokensOfCharacters(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

export interface TokenEstimate {
  readonly question: number;
  readonly answer: number;
}

/** What a request may cost, as far as can be known before; what images and tools cost cannot. */
export function estimateTokens(request: ChatCompletionRequest): TokenEstimate {
  const characters = request.messages.reduce((sum, { content }) => sum + charactersOf(content), 0);
  const answer = request.max_completion_tokens ?? request.max_tokens ?? assumedAnswer;
  return { question: tokensOfCharacters(characters), answer: answer * (request.n ?? 1) };
}

function charactersOf(content: ChatCompletionRequest["messages"][number]["content"]): number {
  if (content === null || content === undefined) return 0;
  if (typeof content === "string") return content.length;
  return content.reduce(
    (sum, part) => sum + ("text" in part && typeof part.text === "string" ? part.text.length : 0),
    0,
  );
}
