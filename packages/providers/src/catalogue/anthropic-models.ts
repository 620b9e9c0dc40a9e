import type { Ability, CatalogueEntry, ModelPrice } from "./model-card.ts";

const abilities: readonly Ability[] = ["chat", "tools", "vision", "pdf_input", "structured_output", "reasoning"];
const asOf = "2026-11-24";

type Facts = Pick<CatalogueEntry, "id" | "displayName" | "created" | "size" | "price"> &
  Partial<Pick<CatalogueEntry, "contextWindow" | "maxOutputTokens" | "aliases">>;

function anthropicModel(facts: Facts): CatalogueEntry {
  return {
    provider: "anthropic",
    ownedBy: "anthropic",
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    abilities,
    aliases: [],
    toolsOverChatCompletions: true,
    retirement: null,
    ...facts,
  };
}

function flatPrice(rates: Omit<ModelPrice, "longPrompt" | "asOf">): ModelPrice {
  return { ...rates, longPrompt: null, asOf };
}

/** Anthropic's models, the default first. Limits: platform.claude.com/docs/en/models/<name>/overview. */
export const anthropicModels: readonly CatalogueEntry[] = [
  anthropicModel({
    id: "claude-haiku-5-5",
    displayName: "Claude Haiku 5.5",
    created: Date.UTC(2026, 9, 7) / 1000,
    size: "small",
    price: {
      input: 0.1,
      output: 0.5,
      cachedInput: 0.01,
      cacheWrite: 0.125,
      longPrompt: { aboveInputTokens: 100_000, input: 0.5, output: 2.5, cachedInput: 0.05, cacheWrite: 0.625 },
      asOf,
      source: "https://github.com/kurofune/claudit/releases/tag/v1.9.2",
    },
    aliases: ["claude-3-haiku-20240307", "claude-3-5-haiku-20241022", "claude-3-5-haiku-latest", "claude-instant-1.2"],
  }),
  anthropicModel({
    id: "claude-sonnet-5-5",
    displayName: "Claude Sonnet 5.5",
    created: Date.UTC(2026, 8, 28) / 1000,
    size: "medium",
    price: flatPrice({
      input: 2,
      output: 10,
      cachedInput: 0.1,
      cacheWrite: 2.5,
      source: "https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.23",
    }),
    aliases: [
      "claude-3-sonnet-20240229",
      "claude-3-5-sonnet-20240620",
      "claude-3-5-sonnet-20241022",
      "claude-3-5-sonnet-latest",
      "claude-3-7-sonnet-20250219",
      "claude-3-7-sonnet-latest",
      "claude-sonnet-4-20250514",
      "claude-sonnet-4-0",
      "claude-sonnet-4-5",
      "claude-sonnet-4-5-20250929",
      "claude-2.0",
      "claude-2.1",
    ],
  }),
  anthropicModel({
    id: "claude-opus-5-5",
    displayName: "Claude Opus 5.5",
    created: Date.UTC(2026, 8, 22) / 1000,
    size: "large",
    price: flatPrice({
      input: 4,
      output: 20,
      cachedInput: 0.2,
      cacheWrite: 5,
      source: "https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.21",
    }),
    aliases: [
      "claude-3-opus-20240229",
      "claude-3-opus-latest",
      "claude-opus-4-20250514",
      "claude-opus-4-0",
      "claude-opus-4-1",
      "claude-opus-4-1-20250805",
    ],
  }),
  anthropicModel({
    id: "claude-fable-5-2",
    displayName: "Claude Fable 5.2",
    created: Date.UTC(2026, 10, 9) / 1000,
    size: "large",
    price: flatPrice({
      input: 8,
      output: 40,
      cachedInput: 0.2,
      cacheWrite: 10,
      source: "https://docs.apiyi.com/en/news/claude-fable-5-2-launch.md",
    }),
  }),
  anthropicModel({
    id: "claude-opus-5",
    displayName: "Claude Opus 5",
    created: Date.UTC(2026, 6, 24) / 1000,
    size: "large",
    price: flatPrice({
      input: 5,
      output: 25,
      cachedInput: 0.5,
      cacheWrite: 6.25,
      source: "https://platform.claude.com/docs/en/about-claude/pricing",
    }),
  }),
  anthropicModel({
    id: "claude-sonnet-5",
    displayName: "Claude Sonnet 5",
    created: Date.UTC(2026, 5, 30) / 1000,
    size: "medium",
    price: flatPrice({
      input: 2,
      output: 10,
      cachedInput: 0.2,
      cacheWrite: 2.5,
      source: "https://platform.claude.com/docs/zh-CN/models/sonnet-5/overview",
    }),
  }),
  anthropicModel({
    id: "claude-haiku-4-5-20251001",
    displayName: "Claude Haiku 4.5",
    created: Date.UTC(2025, 9, 15) / 1000,
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    size: "small",
    price: flatPrice({
      input: 1,
      output: 5,
      cachedInput: 0.1,
      cacheWrite: 1.25,
      source: "https://platform.claude.com/docs/en/docs/about-claude/pricing",
    }),
    aliases: ["claude-haiku-4-5"],
  }),
];
