import type { Log } from "@gaia/kit/log";
import type { ModelCard } from "./catalogue/model-card.ts";
import { officialOpenAiUrl, type ProvidersConfig } from "./config.ts";
import { connectionHealthAfter, modelHealthAfter } from "./errors/failure-traits.ts";
import { listProviderModels } from "./discovery/list-provider-models.ts";
import { createListingCache, type ListingCache } from "./discovery/listing-cache.ts";
import { createPassThrough } from "./http/create-pass-through.ts";
import { createProviderHttp } from "./http/provider-http.ts";
import type { ProviderState, ResolvedModel } from "./model-registry.ts";
import {
  anthropicLanguageModels,
  compatibleLanguageModels,
  openAiLanguageModels,
  type LanguageModelFactory,
  type LanguageModelFactoryOptions,
} from "./models/create-language-model.ts";
import { guardModel } from "./models/guard-model.ts";
import { createCallRecord } from "./resilience/call-record.ts";
import { type CircuitBreaker, createCircuitBreaker } from "./resilience/circuit-breaker.ts";
import { createGuard } from "./resilience/guard.ts";
import type { RetryDeps } from "./resilience/retry.ts";

const listingTimeoutMilliseconds = 2000;
const mostRememberedModels = 500;

/** How a provider is reached, from the configuration; `undefined` key and address settings are already applied. */
export interface ProviderAccess {
  readonly id: ProviderState["provider"];
  /** `compatible` servers have only the models that they list; the official ones have the catalogue's as well. */
  readonly kind: "official" | "compatible";
  readonly configured: boolean;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly apiKey: string | undefined;
  readonly organization: string | undefined;
}

export interface Provider {
  readonly access: ProviderAccess;
  readonly listing: ListingCache;
  open(card: ModelCard): Pick<ResolvedModel, "model" | "passThrough">;
  state(): ProviderState;
  close(): Promise<void>;
}

export interface ProviderDeps extends RetryDeps {
  readonly log: Log;
  readonly now: () => number;
  /** Replaces the network for model lists and AI SDK models, not for pass-through. */
  readonly fetch: typeof fetch | undefined;
  readonly timeoutMilliseconds: number;
}

type OpenedModel = Required<Pick<ResolvedModel, "model" | "passThrough">> & { readonly circuit: CircuitBreaker };

export function createProvider(access: ProviderAccess, deps: ProviderDeps): Provider {
  const { log, now, timeoutMilliseconds, sleep, random } = deps;
  const { id, baseUrl, headers } = access;
  const url = new URL(baseUrl);
  const http = createProviderHttp({ origin: url.origin, timeoutMilliseconds });
  const fetch = deps.fetch ?? http.fetch;
  const record = createCallRecord(now);
  const connection = createCircuitBreaker({
    subject: `The provider ${id}`,
    healthAfter: connectionHealthAfter,
    now,
    onChange: (state) => log.warn({ provider: id, circuit: state }, "circuit of a provider changed"),
  });
  const listing = createListingCache({
    load: () =>
      listProviderModels({ provider: id, baseUrl, headers, fetch, timeoutMilliseconds: listingTimeoutMilliseconds }),
    now,
    onFailure: ({ code, cause }) =>
      log.warn({ provider: id, code, cause }, "model list of a provider is not available"),
  });
  const rootPath = url.pathname.replace(/\/+$/, "");
  const languageModel = languageModelsOf(access)({ ...access, fetch });
  const opened = new Map<string, OpenedModel>();

  function openModel(card: ModelCard): OpenedModel {
    const circuit = createCircuitBreaker({
      subject: `The model ${card.id}`,
      healthAfter: modelHealthAfter,
      now,
      onChange: (state) => log.warn({ provider: id, model: card.id, circuit: state }, "circuit of a model changed"),
    });
    const guard = createGuard({
      connection,
      model: circuit,
      record,
      sleep,
      random,
      onFailure: ({ code, reason, cause }) =>
        log.debug({ provider: id, model: card.id, code, reason, cause }, "provider call failed"),
    });
    return {
      circuit,
      model: guardModel(languageModel(card), { provider: id, guard }),
      passThrough: createPassThrough({ provider: id, pool: http.pool, rootPath, headers, guard, now }),
    };
  }

  function open(card: ModelCard): OpenedModel {
    const known = opened.get(card.id);
    if (known) return known;
    // A server without a model list is asked for whatever names callers think of.
    if (opened.size >= mostRememberedModels) opened.clear();
    const model = openModel(card);
    opened.set(card.id, model);
    return model;
  }

  return {
    access,
    listing,
    open: (card) => {
      const { model, passThrough } = open(card);
      return { model, passThrough };
    },
    state: () => ({
      ...unconfiguredState(access),
      configured: true,
      circuit: connection.state,
      pausedModels: [...opened].filter(([, { circuit }]) => circuit.state !== "closed").map(([name]) => name),
      lastErrorCode: record.lastErrorCode ?? listing.lastError?.code ?? null,
      lastSuccessAt: record.lastSuccessAt,
      listing: listingState(listing),
    }),
    close: () => http.close(),
  };
}

export function unconfiguredState({ id, baseUrl }: ProviderAccess): ProviderState {
  const { host } = new URL(baseUrl);
  return {
    provider: id,
    configured: false,
    host,
    circuit: "closed",
    pausedModels: [],
    lastErrorCode: null,
    lastSuccessAt: null,
    listing: "unknown",
  };
}

/** Both providers' access, the one whose models are the default first. */
export function providerAccess(config: ProvidersConfig): readonly ProviderAccess[] {
  const accesses = [anthropicAccess(config), openAiAccess(config)];
  return config.DEFAULT_LLM_PROVIDER === "openai" ? accesses.toReversed() : accesses;
}

function anthropicAccess({ ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL }: ProvidersConfig): ProviderAccess {
  const apiKey = ANTHROPIC_API_KEY?.reveal();
  return {
    id: "anthropic",
    kind: "official",
    configured: apiKey !== undefined,
    baseUrl: ANTHROPIC_BASE_URL,
    headers: { "anthropic-version": "2023-06-01", ...(apiKey === undefined ? {} : { "x-api-key": apiKey }) },
    apiKey,
    organization: undefined,
  };
}

function openAiAccess({ OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID }: ProvidersConfig): ProviderAccess {
  const apiKey = OPENAI_API_KEY?.reveal();
  const isOfficial = new URL(OPENAI_BASE_URL).host === new URL(officialOpenAiUrl).host;
  return {
    id: "openai",
    kind: isOfficial ? "official" : "compatible",
    configured: apiKey !== undefined || !isOfficial,
    baseUrl: OPENAI_BASE_URL,
    headers: {
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(OPENAI_ORG_ID === undefined ? {} : { "openai-organization": OPENAI_ORG_ID }),
    },
    apiKey,
    organization: OPENAI_ORG_ID,
  };
}

function languageModelsOf({
  id,
  kind,
}: ProviderAccess): (options: LanguageModelFactoryOptions) => LanguageModelFactory {
  if (id === "anthropic") return anthropicLanguageModels;
  return kind === "official" ? openAiLanguageModels : compatibleLanguageModels;
}

function listingState({ known, lastError }: ListingCache): ProviderState["listing"] {
  if (lastError) return "failed";
  return known?.kind ?? "unknown";
}
