import { anthropicModels } from "./anthropic-models.ts";
import type { CatalogueEntry, ModelCard } from "./model-card.ts";
import { openAiModels } from "./openai-models.ts";

const entriesByProvider = { openai: openAiModels, anthropic: anthropicModels };

/** Models of a provider that are not retired yet, the default first. */
export function currentModels(provider: "openai" | "anthropic", now: number): readonly CatalogueEntry[] {
  return entriesByProvider[provider].filter(({ retirement }) => retirement === null || now < Date.parse(retirement.on));
}

export interface RetiredName {
  readonly name: string;
  /** A current model of the same provider and size, whether or not that provider is configured. */
  readonly successor: ModelCard;
}

/** Names that clients still use though their models are gone, or will be soon. */
export function retiredNames(): readonly RetiredName[] {
  return Object.values(entriesByProvider).flatMap((entries) =>
    entries.flatMap((successor) => [
      ...successor.aliases.map((name) => ({ name, successor })),
      ...entries
        .filter(({ retirement }) => retirement?.successor === successor.id)
        .map(({ id }) => ({ name: id, successor })),
    ]),
  );
}
