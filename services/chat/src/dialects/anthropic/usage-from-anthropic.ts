import type { MessageUsage, Usage } from "@gaia/contracts";

/** The counts of one answer, as Gaia keeps them: the question with all that the cache gave or took. */
export function usageFromAnthropic(usage: MessageUsage): Usage {
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const input = usage.input_tokens + cached + written;
  const output = usage.output_tokens;
  const thinking = usage.output_tokens_details?.thinking_tokens ?? undefined;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
    ...(thinking === undefined ? {} : { completion_tokens_details: { reasoning_tokens: thinking } }),
  };
}
