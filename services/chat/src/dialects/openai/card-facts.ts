/** The part of a model card that decides what a request may ask of the model. A `ModelCard` fits. */
export interface CardFacts {
  readonly id: string;
  readonly provider: "openai" | "anthropic" | "gaia";
  /** `null`: unknown, so let the provider decide. */
  readonly abilities: readonly string[] | null;
}
