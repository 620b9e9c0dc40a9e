import type { Outcome } from "../completions/outcome.ts";
import { tokensOfCharacters } from "./estimate-tokens.ts";

/** What an answer cost: what the provider counted; else, unless it failed before it began, an estimate. */
export function spentTokens({ usage, error, characters = 0 }: Outcome, question: number): number {
  if (usage !== undefined) return usage.total_tokens;
  if (error !== undefined && error.code !== "CANCELLED" && characters === 0) return 0;
  return question + tokensOfCharacters(characters);
}
