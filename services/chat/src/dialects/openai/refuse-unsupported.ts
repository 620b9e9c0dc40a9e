import { type ChatCompletionRequest, GaiaError } from "@gaia/contracts";
import type { CardFacts } from "./card-facts.ts";
import { abilityRules } from "./unsupported/ability-rules.ts";
import { anthropicRules } from "./unsupported/anthropic-rules.ts";
import { commonRules } from "./unsupported/common-rules.ts";
import type { Rule } from "./unsupported/rule.ts";

/**
 * Refuses what the way over the providers' adapters would lose; a request that goes to OpenAI untouched needs no check.
 * A field at its default asks for nothing, and hints (`prediction`, an image's `detail`) change no answer.
 */
export function refuseUnsupported(request: ChatCompletionRequest, card: CardFacts): void {
  for (const rule of rulesFor(card)) {
    const param = rule.find(request);
    if (param !== undefined) throw unsupported(param, rule.what, card);
  }
}

function rulesFor({ provider, abilities }: CardFacts): readonly Rule[] {
  return [
    ...commonRules,
    ...(provider === "anthropic" ? anthropicRules : []),
    ...abilityRules
      .filter((rule) => rule.providers.includes(provider))
      .filter((rule) => abilities !== null && !abilities.includes(rule.ability)),
  ];
}

/** A feature that this model has not, as an error of the caller's. */
export function unsupported(param: string, what: string, { id }: CardFacts): GaiaError {
  return new GaiaError("UNSUPPORTED", `Model ${id} does not support ${what} (${param})`, {
    reason: "feature.unsupported",
    details: { param, model: id },
  });
}
