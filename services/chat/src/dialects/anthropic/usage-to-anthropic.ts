import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { MessageUsage } from "@gaia/contracts";

/** Anthropic's counts, in which what the cache gave or took stands apart. What nobody counted is zero: the field is required. */
export function usageToAnthropic({ inputTokens, outputTokens }: LanguageModelV4Usage): MessageUsage {
  const { total = 0, cacheRead = 0, cacheWrite = 0 } = inputTokens;
  return {
    input_tokens: Math.max(0, total - cacheRead - cacheWrite),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: outputTokens.total ?? 0,
    ...(outputTokens.reasoning === undefined
      ? {}
      : { output_tokens_details: { thinking_tokens: outputTokens.reasoning } }),
  };
}
