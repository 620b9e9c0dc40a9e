import type { ListedModel, Listing } from "../discovery/list-provider-models.ts";
import { currentModels } from "./catalogue.ts";
import type { CatalogueEntry, ModelCard } from "./model-card.ts";

interface CardSource {
  readonly id: "openai" | "anthropic";
  readonly kind: "official" | "compatible";
}

// Providers list models of all kinds in one list, without saying which ones chat.
const otherThanChat =
  /embed|whisper|tts|dall-e|gpt-image|chatgpt-image|moderation|realtime|transcri|translat|sora|rerank|babbage|davinci/i;
// Families from which on OpenAI takes function tools on the Responses API only; see the catalogue.
const withoutToolsOverChatCompletions = /^gpt-(?:5\.[4-9]|[6-9])/;

/** The models that exist at a provider, the default first. */
export function existingCards(source: CardSource, listing: Listing | undefined, now: number): ModelCard[] {
  const listed = listing?.kind === "known" ? listing.models.filter(({ id }) => !otherThanChat.test(id)) : [];
  const listedIds = new Set(listed.map(({ id }) => id));
  const catalogue = currentModels(source.id, now)
    .filter(({ id }) => source.kind === "official" || listedIds.has(id))
    .map(withoutRetirement);
  const catalogueIds = new Set(catalogue.map(({ id }) => id));
  return [
    ...catalogue,
    ...listed.filter(({ id }) => !catalogueIds.has(id)).map((model) => discoveredCard(source, model)),
  ];
}

function withoutRetirement(entry: CatalogueEntry): ModelCard {
  const { retirement: _retirement, ...card } = entry;
  return card;
}

/** A model of which only the name is known. */
export function unlistedCard(source: CardSource, id: string): ModelCard {
  return discoveredCard(source, {
    id,
    displayName: id,
    created: 0,
    ownedBy: null,
    contextWindow: null,
    maxOutputTokens: null,
  });
}

function discoveredCard({ id: provider, kind }: CardSource, { ownedBy, ...model }: ListedModel): ModelCard {
  return {
    ...model,
    provider,
    ownedBy: ownedBy ?? provider,
    abilities: null,
    price: null,
    size: null,
    aliases: [],
    toolsOverChatCompletions: kind === "compatible" || !withoutToolsOverChatCompletions.test(model.id),
  };
}
