import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelCard } from "../catalogue/model-card.ts";

export interface LanguageModelFactoryOptions {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly organization: string | undefined;
  readonly fetch: typeof fetch;
}

export type LanguageModelFactory = (card: ModelCard) => LanguageModelV4;

export function anthropicLanguageModels({ baseUrl, apiKey, fetch }: LanguageModelFactoryOptions): LanguageModelFactory {
  const anthropic = createAnthropic({ baseURL: baseUrl, apiKey: apiKey ?? "", fetch });
  return (card) => anthropic(card.id);
}

/** For OpenAI itself: Chat Completions, and the Responses API where only that one takes tools. */
export function openAiLanguageModels(options: LanguageModelFactoryOptions): LanguageModelFactory {
  const { baseUrl, apiKey, organization, fetch } = options;
  const openai = createOpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? "",
    fetch,
    ...(organization === undefined ? {} : { organization }),
  });
  return (card) => {
    const chat = openai.chat(card.id);
    return card.toolsOverChatCompletions ? chat : toolsOverResponses(chat, openai.responses(card.id));
  };
}

/** For servers that speak OpenAI's Chat Completions. They often take no key. */
export function compatibleLanguageModels(options: LanguageModelFactoryOptions): LanguageModelFactory {
  const { baseUrl, apiKey, organization, fetch } = options;
  const compatible = createOpenAICompatible({
    name: "openaiCompatible",
    baseURL: baseUrl,
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(organization === undefined ? {} : { headers: { "openai-organization": organization } }),
  });
  return (card) => compatible.chatModel(card.id);
}

function toolsOverResponses(chat: LanguageModelV4, responses: LanguageModelV4): LanguageModelV4 {
  const modelFor = ({ tools }: LanguageModelV4CallOptions) => (tools?.length ? responses : chat);
  return {
    specificationVersion: "v4",
    provider: chat.provider,
    modelId: chat.modelId,
    supportedUrls: chat.supportedUrls,
    doGenerate: (options) => modelFor(options).doGenerate(withoutStorage(options)),
    doStream: (options) => modelFor(options).doStream(withoutStorage(options)),
  };
}

// The Responses API keeps conversations by default and Chat Completions does not; the caller must not notice which
// one was used.
function withoutStorage(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  if (!options.tools?.length) return options;
  return {
    ...options,
    providerOptions: { ...options.providerOptions, openai: { store: false, ...options.providerOptions?.["openai"] } },
  };
}
