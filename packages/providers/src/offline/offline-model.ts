import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { ModelCard } from "../catalogue/model-card.ts";
import { toAbortError } from "../errors/to-call-error.ts";
import { planAnswer, type PlannedAnswer } from "./plan-answer.ts";

export const offlineModelId = "gaia-offline";

export const offlineCard: ModelCard = {
  id: offlineModelId,
  provider: "gaia",
  displayName: "Gaia offline",
  ownedBy: "gaia",
  created: 0,
  contextWindow: null,
  maxOutputTokens: null,
  abilities: ["chat", "tools", "structured_output"],
  price: null,
  size: null,
  aliases: [],
  toolsOverChatCompletions: true,
};

/**
 * The model that answers where no provider is configured: deterministic, without network, and honest about what it is.
 * It calls tools, fills schemas and streams like any other, so that everything around a model can be tried with it.
 */
export function createOfflineModel(): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "gaia",
    modelId: offlineModelId,
    supportedUrls: {},
    doGenerate: async (options) => {
      throwIfAborted(options.abortSignal);
      const answer = planAnswer(options);
      return {
        content: contentOf(answer),
        finishReason: { unified: answer.finish, raw: answer.finish },
        usage: usageOf(answer),
        response: { modelId: offlineModelId },
        warnings: warningsFor(options),
      };
    },
    doStream: async (options) => {
      throwIfAborted(options.abortSignal);
      return { stream: streamOf(partsOf(planAnswer(options), warningsFor(options)), options.abortSignal) };
    },
  };
}

function contentOf({ text, calls }: PlannedAnswer): LanguageModelV4Content[] {
  const texts: LanguageModelV4Content[] = text === "" ? [] : [{ type: "text", text }];
  return [
    ...texts,
    ...calls.map(({ id, toolName, input }) => ({ type: "tool-call" as const, toolCallId: id, toolName, input })),
  ];
}

function* partsOf(answer: PlannedAnswer, warnings: SharedV4Warning[]): Generator<LanguageModelV4StreamPart> {
  yield { type: "stream-start", warnings };
  yield { type: "response-metadata", modelId: offlineModelId };
  if (answer.text !== "") {
    yield { type: "text-start", id: "0" };
    for (const word of answer.text.match(/\s*\S+|\s+$/g) ?? []) yield { type: "text-delta", id: "0", delta: word };
    yield { type: "text-end", id: "0" };
  }
  for (const { id, toolName, input } of answer.calls) {
    yield { type: "tool-input-start", id, toolName };
    yield { type: "tool-input-delta", id, delta: input };
    yield { type: "tool-input-end", id };
    yield { type: "tool-call", toolCallId: id, toolName, input };
  }
  yield { type: "finish", finishReason: { unified: answer.finish, raw: answer.finish }, usage: usageOf(answer) };
}

function streamOf(
  parts: Generator<LanguageModelV4StreamPart>,
  signal: AbortSignal | undefined,
): ReadableStream<LanguageModelV4StreamPart> {
  return new ReadableStream({
    async pull(controller) {
      // Others get their turn between two words, and an abort is seen.
      await nextTurn();
      if (signal?.aborted) return controller.error(toAbortError(signal));
      const { value, done } = parts.next();
      if (done) return controller.close();
      controller.enqueue(value);
    },
  });
}

function usageOf({ inputTokens, outputTokens }: PlannedAnswer): LanguageModelV4Usage {
  return {
    inputTokens: { total: inputTokens, noCache: inputTokens, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: outputTokens, text: outputTokens, reasoning: 0 },
  };
}

function warningsFor({ tools }: LanguageModelV4CallOptions): SharedV4Warning[] {
  return (tools ?? [])
    .filter((tool) => tool.type === "provider")
    .map(({ name }) => ({ type: "unsupported", feature: `tool ${name}` }));
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw toAbortError(signal);
}
