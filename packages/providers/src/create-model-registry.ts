import { setTimeout as delay } from "node:timers/promises";
import { GaiaError } from "@gaia/contracts";
import type { Log } from "@gaia/kit/log";
import { assignAliases } from "./catalogue/assign-aliases.ts";
import { existingCards, unlistedCard } from "./catalogue/existing-cards.ts";
import type { ModelCard } from "./catalogue/model-card.ts";
import type { ProvidersConfig } from "./config.ts";
import { createProvider, providerAccess, unconfiguredState, type Provider } from "./create-provider.ts";
import type { Listing } from "./discovery/list-provider-models.ts";
import { providerReasons } from "./errors/failure-traits.ts";
import { toAbortError } from "./errors/to-call-error.ts";
import type { Embedder, ModelRegistry, ResolvedModel } from "./model-registry.ts";
import { createOfflineModel, offlineCard } from "./offline/offline-model.ts";
import type { RetryDeps } from "./resilience/retry.ts";

export interface ModelRegistryOptions extends Partial<RetryDeps> {
  readonly config: ProvidersConfig;
  readonly log: Log;
  /** Replaces the network for model lists and AI SDK models, not for pass-through. */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const namesInMessage = 20;

/** The models of all configured providers, or `gaia-offline` alone where there is none. */
export function createModelRegistry(options: ModelRegistryOptions): ModelRegistry {
  const { config, log, fetch, now = Date.now, sleep = sleepUnlessAborted, random = Math.random } = options;
  const timeoutMilliseconds = config.PROVIDER_TIMEOUT * 1000;
  const accesses = providerAccess(config);
  const providers = accesses
    .filter(({ configured }) => configured)
    .map((access) => createProvider(access, { log, now, fetch, sleep, random, timeoutMilliseconds }));
  const snapshot = createSnapshot(providers, config.DEFAULT_LLM_MODEL, now);
  const offlineModel = createOfflineModel();
  const compatible = new Set<string>(accesses.filter(({ kind }) => kind === "compatible").map(({ id }) => id));

  function opened(card: ModelCard, requestedName: string): ResolvedModel {
    const provider = providers.find(({ access }) => access.id === card.provider);
    return { card, requestedName, ...(provider?.open(card) ?? { model: offlineModel }) };
  }

  async function resolveName(name: string): Promise<ResolvedModel> {
    // A model that exists whatever the lists say needs no list, so the common case does not wait for one.
    const certain = snapshot().find(({ id, provider }) => id === name && !compatible.has(provider));
    if (certain) return opened(certain, name);
    await Promise.all(providers.map(({ listing }) => listing.latest()));
    const known = findByName(snapshot(), name) ?? unlistedModel(providers, name);
    if (known) return opened(known, name);
    await Promise.all(providers.map(({ listing }) => listing.current()));
    const fresh = findByName(snapshot(), name);
    if (fresh) return opened(fresh, name);
    throw modelNotFound(name, snapshot());
  }

  async function resolveDefault(): Promise<ResolvedModel> {
    if (config.DEFAULT_LLM_MODEL !== undefined && providers.length > 0) return resolveName(config.DEFAULT_LLM_MODEL);
    // An official provider in front has its default without a list.
    const [first] = providers;
    if (first?.access.kind === "compatible") await first.listing.latest();
    const [card] = snapshot();
    if (card) return opened(card, card.id);
    throw new GaiaError(
      "NOT_FOUND",
      "The configured server does not list its models: name one, or set DEFAULT_LLM_MODEL",
      {
        reason: providerReasons.modelNotFound,
        details: { available: [] },
      },
    );
  }

  return {
    list: async () => {
      await Promise.all(providers.map(({ listing }) => listing.current()));
      return [...snapshot()];
    },
    resolve: (name) => (name === undefined ? resolveDefault() : resolveName(name)),
    embedder: (model) => openEmbedder(providers, model),
    providerStates: () =>
      accesses.map((access) => providers.find((each) => each.access === access)?.state() ?? unconfiguredState(access)),
    close: async () => {
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}

// Anthropic has no embeddings, and the offline model makes none yet.
function openEmbedder(providers: readonly Provider[], model: string): Embedder {
  const provider = providers.find(({ access }) => access.id === "openai");
  const passThrough = provider?.open(unlistedCard(provider.access, model)).passThrough;
  if (passThrough !== undefined) return { passThrough };
  throw new GaiaError(
    "NOT_IMPLEMENTED",
    "No configured provider makes embeddings: set OPENAI_API_KEY, or OPENAI_BASE_URL for a compatible server",
    { reason: "embeddings.unavailable" },
  );
}

/** Cards as far as they are known now, the default first; computed again only when a list or the day changed. */
function createSnapshot(
  providers: readonly Provider[],
  defaultModel: string | undefined,
  now: () => number,
): () => readonly ModelCard[] {
  let memory:
    | { readonly day: number; readonly listings: readonly (Listing | undefined)[]; cards: ModelCard[] }
    | undefined;

  return () => {
    const day = Math.floor(now() / 86_400_000);
    const listings = providers.map(({ listing }) => listing.known);
    if (memory?.day === day && memory.listings.every((listing, index) => listing === listings[index]))
      return memory.cards;
    const existing = providers.flatMap(({ access, listing }) => existingCards(access, listing.known, now()));
    const cards = providers.length === 0 ? [offlineCard] : defaultFirst(existing, defaultModel);
    memory = { day, listings, cards: assignAliases(cards) };
    return memory.cards;
  };
}

function defaultFirst(cards: readonly ModelCard[], defaultModel: string | undefined): readonly ModelCard[] {
  const preferred = cards.find(({ id }) => id === defaultModel);
  return preferred ? [preferred, ...cards.filter((card) => card !== preferred)] : cards;
}

function findByName(cards: readonly ModelCard[], name: string): ModelCard | undefined {
  return cards.find(({ id }) => id === name) ?? cards.find(({ aliases }) => aliases.includes(name));
}

// A server that does not tell its models may have any; it will say itself when it has not.
function unlistedModel(providers: readonly Provider[], name: string): ModelCard | undefined {
  const silent = providers.find(
    ({ access, listing }) => access.kind === "compatible" && listing.known?.kind !== "known",
  );
  return silent && unlistedCard(silent.access, name);
}

function modelNotFound(name: string, cards: readonly ModelCard[]): GaiaError {
  const available = cards.map(({ id }) => id);
  const shown = available.slice(0, namesInMessage).join(", ");
  const more = available.length > namesInMessage ? ", …" : "";
  return new GaiaError("NOT_FOUND", `The model '${name}' does not exist. Available models: ${shown}${more}`, {
    reason: providerReasons.modelNotFound,
    details: { available },
  });
}

async function sleepUnlessAborted(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    throw signal ? toAbortError(signal) : error;
  }
}
