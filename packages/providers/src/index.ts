export type { Ability, ModelCard, ModelPrice, ModelSize, ProviderId } from "./catalogue/model-card.ts";
export { providersConfig, type ProvidersConfig } from "./config.ts";
export { readProviderError } from "./errors/read-provider-error.ts";
export { toProviderError } from "./errors/to-provider-error.ts";
export type { ModelRegistry, ProviderState, ResolvedModel } from "./model-registry.ts";
export { createModelRegistry } from "./create-model-registry.ts";
export { offlineModelId } from "./offline/offline-model.ts";
export type { PassThrough, PassThroughAnswer, PassThroughRequest } from "./pass-through.ts";
export { priceOf, type TokenUsage } from "./pricing/price-of.ts";
