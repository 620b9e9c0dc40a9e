/**
 * What stands where Anthropic signs its models' thinking, on thinking of other models: Anthropic would refuse it, so it is
 * taken out again before a conversation goes there.
 */
export const unsignedThinking = "gaia-unsigned";
