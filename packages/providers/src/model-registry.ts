import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ErrorCode } from "@gaia/contracts";
import type { ModelCard, ProviderId } from "./catalogue/model-card.ts";
import type { PassThrough } from "./pass-through.ts";

export interface ResolvedModel {
  readonly card: ModelCard;
  /** What the caller asked for, or the id of the default model. Differs from `card.id` for a retired name. */
  readonly requestedName: string;
  /** Retries, circuit breaker and error translation are inside: what it throws or streams as error is a `GaiaError`. */
  readonly model: LanguageModelV4;
  /** Absent for `gaia-offline`. Send `card.id` as the model, not `requestedName`. */
  readonly passThrough?: PassThrough;
}

export interface ProviderState {
  readonly provider: Exclude<ProviderId, "gaia">;
  readonly configured: boolean;
  /** Host of the base URL, with its port and without path or credentials. */
  readonly host: string;
  /** Of the connection to it. */
  readonly circuit: "closed" | "open" | "half-open";
  /** Models that are not asked for a while because they kept failing, or whose probe is due. */
  readonly pausedModels: readonly string[];
  /** Of the last failed call or model listing, until a call succeeds. */
  readonly lastErrorCode: ErrorCode | null;
  /** Milliseconds since 1970 of the last answer that was a success. */
  readonly lastSuccessAt: number | null;
  /** Whether the provider's own list of models is known; `unsupported` where the server has none. */
  readonly listing: "unknown" | "known" | "unsupported" | "failed";
}

/** Whoever makes vectors of texts, over OpenAI's dialect. */
export interface Embedder {
  readonly passThrough: PassThrough;
}

export interface ModelRegistry {
  /** Models that exist now, default first within their provider's order. */
  list(): Promise<ModelCard[]>;
  /**
   * `undefined` gives the default model, a retired name the current model of its size. A name that does not exist
   * throws `NOT_FOUND` with reason `model.not_found` and `details.available`.
   */
  resolve(name: string | undefined): Promise<ResolvedModel>;
  /**
   * Who is asked for embeddings by a model of this name; whether it has that model it says itself. Throws
   * `NOT_IMPLEMENTED` where no provider makes embeddings.
   */
  embedder(model: string): Embedder;
  providerStates(): readonly ProviderState[];
  /** Ends idle connections and waits for running answers. */
  readonly close: () => Promise<void>;
}
