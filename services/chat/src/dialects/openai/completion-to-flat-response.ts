import type { ChatCompletion, FlatChatResponse } from "@gaia/contracts";

interface FlatFacts {
  readonly provider: string;
  readonly responseTimeMs: number;
  /** Why this model answered, for people. */
  readonly reasoning?: string | undefined;
  readonly fallbackUsed?: boolean | undefined;
}

/** All seven keys of the original's flat answer. An answer that is only tool calls has an empty `response`. */
export function completionToFlatResponse(completion: ChatCompletion, facts: FlatFacts): FlatChatResponse {
  const { usage } = completion;
  return {
    response: completion.choices[0]?.message.content ?? "",
    provider: facts.provider,
    model: completion.model,
    usage: usage
      ? { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens, total_tokens: usage.total_tokens }
      : null,
    response_time_ms: Math.round(facts.responseTimeMs),
    reasoning: facts.reasoning ?? null,
    fallback_used: facts.fallbackUsed ?? false,
  };
}
