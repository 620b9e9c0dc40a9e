import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ChatCompletionRequest } from "@gaia/contracts";
import type { CardFacts } from "./card-facts.ts";
import { messagesToPrompt } from "./messages-to-prompt.ts";
import { omitNullish } from "./omit-nullish.ts";
import { requestToProviderOptions } from "./request-to-provider-options.ts";
import { toolsToCallOptions } from "./tools-to-call-options.ts";

/** For requests that `refuseUnsupported` let through; whatever that lets through is in the result. */
export function requestToCallOptions(request: ChatCompletionRequest, card: CardFacts): LanguageModelV4CallOptions {
  return {
    prompt: messagesToPrompt(request.messages, card),
    ...omitNullish({
      maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
      stopSequences: typeof request.stop === "string" ? [request.stop] : request.stop,
      seed: request.seed,
      presencePenalty: unlessZero(request.presence_penalty),
      frequencyPenalty: unlessZero(request.frequency_penalty),
      responseFormat: responseFormatOf(request),
    }),
    ...samplingOf(request, card),
    ...toolsToCallOptions(request),
    ...requestToProviderOptions(request, card),
  };
}

type Sampling = Pick<LanguageModelV4CallOptions, "temperature" | "topP">;

// Anthropic takes one of the two. A 1 is the default of both, so clients that send it beside the other mean nothing.
function samplingOf({ temperature, top_p }: ChatCompletionRequest, { provider }: CardFacts): Sampling {
  if (provider !== "anthropic") return omitNullish({ temperature, topP: top_p });
  const topP = top_p === 1 ? undefined : top_p;
  return omitNullish({ temperature: temperature === 1 && topP ? undefined : temperature, topP });
}

// Zero is the default, and providers without penalties complain about the field.
function unlessZero(penalty: number | null | undefined): number | undefined {
  return penalty === 0 || penalty === null ? undefined : penalty;
}

function responseFormatOf({ response_format }: ChatCompletionRequest): LanguageModelV4CallOptions["responseFormat"] {
  if (response_format?.type === "json_object") return { type: "json" };
  if (response_format?.type !== "json_schema") return undefined;
  const { name, description, schema } = response_format.json_schema;
  return { type: "json", name, ...omitNullish({ description, schema }) };
}
