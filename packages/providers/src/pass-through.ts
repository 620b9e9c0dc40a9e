import type { ProviderId } from "./catalogue/model-card.ts";

export interface PassThroughRequest {
  /** Below the provider's API root: `/chat/completions`, `/messages`. */
  readonly path: string;
  readonly body: string | Uint8Array;
  /** Aborting destroys the upstream request at once, also in the middle of the answer. */
  readonly signal?: AbortSignal | undefined;
  /** More headers of the dialect, such as `anthropic-beta`. Credentials are added here and never come from a caller. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface PassThroughAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Bytes as the provider sent them. Iterating throws a `GaiaError` when they break off. */
  readonly body: AsyncIterable<Uint8Array>;
  /** All of `body` at once, which is cheaper where nothing can be done with a part; it fails as `body` does. */
  text(): Promise<string>;
}

/**
 * Bytes to a provider and back, untouched: the fast path where the caller speaks the provider's dialect.
 * An answer that is not 2xx is returned, not thrown; `toProviderError` or `readProviderError` make it an error.
 */
export interface PassThrough {
  readonly provider: ProviderId;
  readonly dialect: "openai" | "anthropic";
  send(request: PassThroughRequest): Promise<PassThroughAnswer>;
}
