import type { Ability, CatalogueEntry, ModelPrice } from "./model-card.ts";

const reasoningAbilities: readonly Ability[] = ["chat", "tools", "vision", "structured_output", "reasoning"];
const classicAbilities: readonly Ability[] = ["chat", "tools", "vision", "structured_output", "logprobs"];
const asOf = "2026-11-24";
const longPromptTokens = 272_000;

type Facts = Pick<CatalogueEntry, "id" | "displayName" | "created" | "size" | "price"> &
  Partial<Omit<CatalogueEntry, "provider" | "ownedBy">>;

// The newest families take function tools on Chat Completions only with reasoning switched off, some not at all.
// Source: developers.openai.com/api/docs/models/gpt-6-luna and the models beside it.
function openAiModel(facts: Facts): CatalogueEntry {
  return {
    provider: "openai",
    ownedBy: "openai",
    contextWindow: 1_050_000,
    maxOutputTokens: 128_000,
    abilities: reasoningAbilities,
    aliases: [],
    toolsOverChatCompletions: false,
    retirement: null,
    ...facts,
  };
}

// Above the threshold the whole request costs twice the input and cache rates and one and a half times the output rate.
function priceWithSurcharge(rates: Omit<ModelPrice, "longPrompt" | "asOf">): ModelPrice {
  const { input, output, cachedInput, cacheWrite } = rates;
  return {
    ...rates,
    longPrompt: {
      aboveInputTokens: longPromptTokens,
      input: input * 2,
      output: output * 1.5,
      cachedInput: cachedInput === null ? null : cachedInput * 2,
      cacheWrite: cacheWrite === null ? null : cacheWrite * 2,
    },
    asOf,
  };
}

/** OpenAI's models, the default first. */
export const openAiModels: readonly CatalogueEntry[] = [
  openAiModel({
    id: "gpt-6-luna",
    displayName: "GPT-6 Luna",
    created: Date.UTC(2026, 8, 22) / 1000,
    size: "small",
    price: priceWithSurcharge({
      input: 0.1,
      output: 0.5,
      cachedInput: 0.01,
      cacheWrite: 0.125,
      source: "https://developers.openai.com/ja-JP/api/docs/models/gpt-6-luna",
    }),
    aliases: [
      "gpt-3.5-turbo",
      "gpt-3.5-turbo-0125",
      "gpt-3.5-turbo-1106",
      "gpt-3.5-turbo-16k",
      "gpt-4.1-nano",
      "gpt-4.1-mini",
      "gpt-4o-mini-2024-07-18",
      "gpt-5-nano",
    ],
  }),
  openAiModel({
    id: "gpt-6.1-terra",
    displayName: "GPT-6.1 Terra",
    created: Date.UTC(2026, 9, 26) / 1000,
    size: "medium",
    price: priceWithSurcharge({
      input: 1,
      output: 5,
      cachedInput: 0.05,
      cacheWrite: 1.25,
      source: "https://apidog.com/de/blog/gpt-6-1-terra-pricing/",
    }),
    aliases: ["gpt-4.1", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20", "gpt-5-mini", "o3-mini", "o4-mini"],
  }),
  openAiModel({
    id: "gpt-6.1-sol",
    displayName: "GPT-6.1 Sol",
    created: Date.UTC(2026, 8, 29) / 1000,
    size: "large",
    price: priceWithSurcharge({
      input: 2,
      output: 10,
      cachedInput: 0.1,
      cacheWrite: 2.5,
      source: "https://www.w3cschool.cn/openai_api/openai-api-docs-gpt-6-1-sol.html",
    }),
    aliases: [
      "gpt-4",
      "gpt-4-0613",
      "gpt-4-32k",
      "gpt-4-1106-preview",
      "gpt-4-turbo",
      "gpt-4-turbo-preview",
      "gpt-4-turbo-2024-04-09",
      "gpt-4o-2024-05-13",
      "gpt-5",
      "o1",
      "o3",
    ],
  }),
  openAiModel({
    id: "gpt-6.2-astra",
    displayName: "GPT-6.2 Astra",
    created: 0,
    size: "large",
    price: {
      input: 8,
      output: 40,
      cachedInput: null,
      cacheWrite: null,
      longPrompt: null,
      asOf,
      source: "https://vercel.com/ai-gateway/models/gpt-6.2-astra.md",
    },
  }),
  openAiModel({
    id: "gpt-5.6-terra",
    displayName: "GPT-5.6 Terra",
    created: Date.UTC(2026, 6, 9) / 1000,
    size: "medium",
    price: priceWithSurcharge({
      input: 2,
      output: 12,
      cachedInput: 0.2,
      cacheWrite: null,
      source: "https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.19",
    }),
  }),
  openAiModel({
    id: "gpt-5.6-luna",
    displayName: "GPT-5.6 Luna",
    created: Date.UTC(2026, 6, 9) / 1000,
    size: "small",
    price: priceWithSurcharge({
      input: 0.2,
      output: 1.2,
      cachedInput: 0.02,
      cacheWrite: 0.25,
      source: "https://developers.openai.com/api/docs/models/gpt-5.6-luna",
    }),
  }),
  // The original's models that OpenAI serves until 14 January 2027: developers.openai.com/api/docs/deprecations.
  openAiModel({
    id: "gpt-4o",
    displayName: "GPT-4o",
    created: Date.UTC(2024, 4, 13) / 1000,
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
    abilities: classicAbilities,
    size: "medium",
    price: {
      input: 2.5,
      output: 10,
      cachedInput: 1.25,
      cacheWrite: null,
      longPrompt: null,
      asOf,
      source: "https://raw.githubusercontent.com/simonw/llm-prices/main/data/openai.json",
    },
    toolsOverChatCompletions: true,
    retirement: { on: "2027-01-14", successor: "gpt-6.1-terra" },
  }),
  openAiModel({
    id: "gpt-4o-mini",
    displayName: "GPT-4o mini",
    created: Date.UTC(2024, 6, 18) / 1000,
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
    abilities: classicAbilities,
    size: "small",
    price: {
      input: 0.15,
      output: 0.6,
      cachedInput: 0.075,
      cacheWrite: null,
      longPrompt: null,
      asOf,
      source: "https://raw.githubusercontent.com/simonw/llm-prices/main/data/openai.json",
    },
    toolsOverChatCompletions: true,
    retirement: { on: "2027-01-14", successor: "gpt-6-luna" },
  }),
];
