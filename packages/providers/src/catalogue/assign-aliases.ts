import { retiredNames } from "./catalogue.ts";
import type { ModelCard } from "./model-card.ts";

/**
 * Gives every retired name to one of the cards: to its own successor, else to the first model of the same size, else
 * to the first model. A name that a provider still serves stays that model's own.
 */
export function assignAliases(cards: readonly ModelCard[]): ModelCard[] {
  const aliasesById = new Map<string, string[]>(cards.map(({ id }) => [id, []]));
  for (const { name, successor } of retiredNames()) {
    if (aliasesById.has(name)) continue;
    const heir =
      cards.find(({ id }) => id === successor.id) ?? cards.find(({ size }) => size === successor.size) ?? cards[0];
    if (heir) aliasesById.get(heir.id)?.push(name);
  }
  return cards.map((card) => ({ ...card, aliases: aliasesById.get(card.id) ?? [] }));
}
