import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ChatCompletionRequest } from "@gaia/contracts";
import type { CardFacts } from "./card-facts.ts";
import { omitNullish } from "./omit-nullish.ts";
import { isReasoningEffort } from "./reasoning-effort.ts";

type ProviderOptions = NonNullable<LanguageModelV4CallOptions["providerOptions"]>;
type OwnOptions = Pick<LanguageModelV4CallOptions, "providerOptions" | "reasoning">;

/** The fields that the common call options have no word for, each under the name of the adapter that reads it. */
export function requestToProviderOptions(request: ChatCompletionRequest, { provider }: CardFacts): OwnOptions {
  if (provider === "anthropic") {
    return { ...reasoningOf(request), providerOptions: { anthropic: anthropicOptions(request) } };
  }
  return { providerOptions: { openai: openAiOptions(request), openaiCompatible: compatibleOptions(request) } };
}

function openAiOptions(request: ChatCompletionRequest): ProviderOptions[string] {
  return {
    ...sharedOptions(request),
    ...omitNullish({
      parallelToolCalls: request.parallel_tool_calls,
      logitBias: request.logit_bias,
      serviceTier: request.service_tier,
      promptCacheKey: request.prompt_cache_key,
      safetyIdentifier: request.safety_identifier,
    }),
  };
}

// This adapter copies names it does not know into the body.
function compatibleOptions(request: ChatCompletionRequest): ProviderOptions[string] {
  const { parallel_tool_calls, logit_bias, service_tier, prompt_cache_key, safety_identifier } = request;
  return {
    ...sharedOptions(request),
    ...omitNullish({ parallel_tool_calls, logit_bias, service_tier, prompt_cache_key, safety_identifier }),
  };
}

function sharedOptions(request: ChatCompletionRequest): ProviderOptions[string] {
  const { response_format } = request;
  return omitNullish({
    // The common option would be bent to what the adapter knows of the model.
    reasoningEffort: request.reasoning_effort,
    // The adapters' default is strict, OpenAI's is not.
    strictJsonSchema:
      response_format?.type === "json_schema" ? (response_format.json_schema.strict ?? false) : undefined,
    textVerbosity: request.verbosity,
    metadata: request.metadata,
    store: request.store,
    user: request.user,
  });
}

function anthropicOptions({
  parallel_tool_calls,
  safety_identifier,
  user,
}: ChatCompletionRequest): ProviderOptions[string] {
  const userId = safety_identifier ?? user;
  return omitNullish({
    disableParallelToolUse: parallel_tool_calls === false ? true : undefined,
    metadata: userId === undefined ? undefined : { userId },
  });
}

function reasoningOf({ reasoning_effort }: ChatCompletionRequest): Pick<LanguageModelV4CallOptions, "reasoning"> {
  return isReasoningEffort(reasoning_effort) ? { reasoning: reasoning_effort } : {};
}
