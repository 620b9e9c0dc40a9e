import type { Model } from "@gaia/contracts";
import type { ModelCard } from "@gaia/providers";

/** A card in the shape of OpenAI's model object, with what else Gaia knows. Unknown stays unknown. */
export function describeModel(card: ModelCard): Model {
  return {
    id: card.id,
    object: "model",
    created: card.created,
    owned_by: card.ownedBy,
    provider: card.provider,
    context_window: card.contextWindow,
    max_output_tokens: card.maxOutputTokens,
    abilities: [...(card.abilities ?? [])],
    price: card.price === null ? null : { input: card.price.input, output: card.price.output, as_of: card.price.asOf },
    aliases: [...card.aliases],
  };
}
