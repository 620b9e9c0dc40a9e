import type { LanguageModelV4, LanguageModelV4StreamPart, LanguageModelV4StreamResult } from "@ai-sdk/provider";
import type { GaiaError } from "@gaia/contracts";
import { providerReasons } from "../errors/failure-traits.ts";
import { interruptedStream, toCallError } from "../errors/to-call-error.ts";
import type { Guard } from "../resilience/guard.ts";

type Part = LanguageModelV4StreamPart;
type PartReader = ReadableStreamDefaultReader<Part>;

interface GuardedModelDeps {
  readonly provider: string;
  readonly guard: Guard;
}

/**
 * The same model behind its provider's guard. A stream is retried until its first content arrives, so `doStream`
 * resolves with that; later failures become `error` parts that carry a `GaiaError`.
 */
export function guardModel(model: LanguageModelV4, { provider, guard }: GuardedModelDeps): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: (options) => {
      const signal = options.abortSignal;
      return guard.run({
        attempt: async () => model.doGenerate(options),
        translate: (error) => toCallError(error, { provider, signal }),
        signal,
      });
    },
    doStream: (options) => {
      const signal = options.abortSignal;
      const translate = (error: unknown) => toCallError(error, { provider, signal });
      return guard.begin<LanguageModelV4StreamResult>({
        attempt: async () => {
          const result = await model.doStream(options);
          const reader = result.stream.getReader();
          const head = await readHead(reader, provider);
          return { ...result, stream: continueStream(head, { reader, provider, guard, translate }) };
        },
        translate,
        signal,
      });
    },
  };
}

const preliminary: ReadonlySet<Part["type"]> = new Set(["stream-start", "response-metadata", "raw", "ping"]);

async function readHead(reader: PartReader, provider: string): Promise<Part[]> {
  const head: Part[] = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw interruptedStream(provider);
    if (value.type === "error") {
      await reader.cancel();
      throw value.error;
    }
    if (isInterruption(value)) throw interruptedStream(provider);
    head.push(value);
    if (!preliminary.has(value.type)) return head;
  }
}

interface StreamContext {
  readonly reader: PartReader;
  readonly provider: string;
  readonly guard: Guard;
  readonly translate: (error: unknown) => GaiaError;
}

function continueStream(head: readonly Part[], context: StreamContext): ReadableStream<Part> {
  const { reader, provider, guard, translate } = context;
  const queue = [...head];
  let failure: GaiaError | undefined;

  function fail(error: unknown): Part {
    const translated = translate(error);
    // The connection worked before, so "cannot be reached" would be untrue.
    failure = translated.reason === providerReasons.connection ? interruptedStream(provider, error) : translated;
    guard.failedLate(failure);
    return { type: "error", error: failure };
  }

  return new ReadableStream<Part>({
    async pull(controller) {
      const next = queue.shift();
      if (next) return controller.enqueue(next);
      try {
        const { value, done } = await reader.read();
        if (done) {
          if (!failure) guard.finished();
          return controller.close();
        }
        if (value.type === "error") return controller.enqueue(fail(value.error));
        if (isInterruption(value) && !failure) controller.enqueue(fail(interruptedStream(provider)));
        controller.enqueue(value);
      } catch (error) {
        controller.enqueue(fail(error));
        controller.close();
      }
    },
    cancel: (reason) => {
      if (!failure) guard.finished();
      return reader.cancel(reason);
    },
  });
}

const unfinished: ReadonlySet<string> = new Set(["other", "error", "interrupted"]);

// A finish without the provider's own word for it means that the bytes ended early.
function isInterruption(part: Part): boolean {
  return part.type === "finish" && part.finishReason.raw === undefined && unfinished.has(part.finishReason.unified);
}
