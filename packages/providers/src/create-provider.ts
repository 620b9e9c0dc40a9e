import type { Log } from "@gaia/kit/log";
import type { ModelCard } from "./catalogue/model-card.ts";
import { officialOpenAiUrl, type ProvidersConfig } from "./config.ts";
import { connectionHealthAfter } from "./errors/failure-traits.ts";
import { listProviderModels } from "./discovery/list-provider-models.ts";
import { createListingCache, type ListingCache } from "./discovery/listing-cache.ts";
import { createProviderHttp } from "./http/provider-http.ts";
import type { ProviderState, ResolvedModel } from "./model-registry.ts";
import { createOpenModels } from "./models/open-models.ts";
import { createCallRecord } from "./resilience/call-record.ts";
import { createCircuitBreaker } from "./resilience/circuit-breaker.ts";
import type { RetryDeps } from "./resilience/retry.ts";

const listingTimeoutMilliseconds = 2000;

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

export function createProvider(access: ProviderAccess, deps: ProviderDeps): Provider {
  const { log, now, timeoutMilliseconds } = deps;
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
  const models = createOpenModels({ ...deps, access, http, fetch, connection, record });

  return {
    access,
    listing,
    open: models.open,
    state: () => ({
      ...unconfiguredState(access),
      configured: true,
      circuit: connection.state,
      pausedModels: models.paused(),
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

function listingState({ known, lastError }: ListingCache): ProviderState["listing"] {
  if (lastError) return "failed";
  return known?.kind ?? "unknown";
}
