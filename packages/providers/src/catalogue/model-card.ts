export type ProviderId = "openai" | "anthropic" | "gaia";

export type Ability =
  | "chat"
  | "tools"
  | "vision"
  | "audio_input"
  | "pdf_input"
  | "structured_output"
  | "reasoning"
  | "logprobs";

/** Retired names are answered by a model of the same size, so that a client keeps its speed and cost class. */
export type ModelSize = "small" | "medium" | "large";

interface TokenRates {
  /** US dollars per million tokens, here and below. */
  readonly input: number;
  readonly output: number;
  /** Input that the provider read from its prompt cache; `null` where no such price was found. */
  readonly cachedInput: number | null;
  /** Input that the provider wrote to its prompt cache (the shortest lifetime); `null` where no such price was found. */
  readonly cacheWrite: number | null;
}

/** List price of a standard request, as the provider published it. */
export interface ModelPrice extends TokenRates {
  /** Rates of the whole request when its input has more than so many tokens. */
  readonly longPrompt: (TokenRates & { readonly aboveInputTokens: number }) | null;
  /** Day on which the figures were read, ISO 8601. */
  readonly asOf: string;
  /** Page on which they were read. */
  readonly source: string;
}

/** What is known about a model. Nothing here is guessed: unknown is `null`. */
export interface ModelCard {
  readonly id: string;
  readonly provider: ProviderId;
  readonly displayName: string;
  /** Who owns the model, for OpenAI's `owned_by`. */
  readonly ownedBy: string;
  /** Unix seconds; 0 where the provider does not tell. */
  readonly created: number;
  /** Tokens of input and output together. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  /** `null`: unknown, so let the provider decide. */
  readonly abilities: readonly Ability[] | null;
  readonly price: ModelPrice | null;
  readonly size: ModelSize | null;
  /** Retired names that this model answers at the moment. */
  readonly aliases: readonly string[];
  /**
   * False for models that take tools on OpenAI's Responses API only: a pass-through to `/chat/completions` with tools
   * fails there, while `ResolvedModel.model` works.
   */
  readonly toolsOverChatCompletions: boolean;
}

/** A card as the catalogue keeps it. */
export interface CatalogueEntry extends ModelCard {
  /** Day from which the provider no longer serves the model; its name then becomes an alias of `successor`. */
  readonly retirement: { readonly on: string; readonly successor: string } | null;
}
