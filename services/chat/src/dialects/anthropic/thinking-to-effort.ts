import type { MessagesRequest } from "@gaia/contracts";

const littleThinking = 4096;
const muchThinking = 16_384;

/**
 * OpenAI's word for how much a model thinks: what `output_config` says, else what comes nearest to the budget. Who leaves
 * it to the model, or wants none, gets the model's own default.
 */
export function thinkingToEffort({
  thinking,
  output_config,
}: Pick<MessagesRequest, "thinking" | "output_config">): string | undefined {
  if (output_config?.effort) return output_config.effort;
  if (thinking?.type !== "enabled") return undefined;
  if (thinking.budget_tokens <= littleThinking) return "low";
  return thinking.budget_tokens <= muchThinking ? "medium" : "high";
}
