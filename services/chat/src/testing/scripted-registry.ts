import type { LanguageModelV4, LanguageModelV4Content, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { notFound } from "@gaia/contracts";
import type { ModelCard, ModelRegistry, PassThrough } from "@gaia/providers";

export const card: ModelCard = {
  id: "test-model",
  provider: "openai",
  displayName: "Test model",
  ownedBy: "tests",
  created: 7,
  contextWindow: 1000,
  maxOutputTokens: 100,
  abilities: ["chat", "tools"],
  price: {
    input: 2,
    output: 10,
    cachedInput: null,
    cacheWrite: null,
    longPrompt: null,
    asOf: "2026-11-01",
    source: "https://prices.test",
  },
  size: "medium",
  aliases: ["retired-model"],
  toolsOverChatCompletions: true,
};

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 4, text: 4, reasoning: 0 },
};

export const finish: LanguageModelV4StreamPart = {
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage,
};

export function text(delta: string): LanguageModelV4StreamPart {
  return { type: "text-delta", id: "0", delta };
}

/** What the model does when it is asked: parts as they come, or a failure before the first. */
export type Script = (prompt: string, signal: AbortSignal | undefined) => AsyncIterable<LanguageModelV4StreamPart>;

export function parts(...scripted: readonly LanguageModelV4StreamPart[]): Script {
  return async function* play() {
    yield* scripted;
  };
}

function scriptedModel(script: Script): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "tests",
    modelId: card.id,
    supportedUrls: {},
    doStream: async ({ prompt, abortSignal }) => ({
      stream: ReadableStream.from<LanguageModelV4StreamPart>(script(JSON.stringify(prompt), abortSignal)),
    }),
    async doGenerate({ prompt, abortSignal }) {
      const content: LanguageModelV4Content[] = [];
      for await (const part of script(JSON.stringify(prompt), abortSignal)) {
        if (part.type === "text-delta") content.push({ type: "text", text: part.delta });
        if (part.type === "tool-call") content.push(part);
        if (part.type === "error") throw part.error;
      }
      return { content, finishReason: { unified: "stop", raw: "stop" }, usage, warnings: [] };
    },
  };
}

/** A registry of one model, which does what the script says. */
export function scriptedRegistry(script: Script, passThrough?: PassThrough): ModelRegistry {
  return {
    list: async () => [card],
    async resolve(name) {
      if (name !== undefined && name !== card.id && !card.aliases.includes(name)) throw notFound("Model", name);
      const model = scriptedModel(script);
      return { card, requestedName: name ?? card.id, model, ...(passThrough === undefined ? {} : { passThrough }) };
    },
    embedder: () => {
      throw notFound("Embedder");
    },
    providerStates: () => [],
    close: async () => undefined,
  };
}
