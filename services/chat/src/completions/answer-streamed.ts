import { partsToChunks } from "../dialects/openai/parts-to-chunks.ts";
import { requestToCallOptions } from "../dialects/openai/request-to-call-options.ts";
import type { AnswerAccumulator } from "../streams/answer-accumulator.ts";
import { chunksToEvents } from "../streams/chunks-to-events.ts";
import { observeCompletionChunks } from "../streams/observe-completion-chunks.ts";
import type { Exchange } from "./exchange.ts";
import { logWarnings } from "./log-warnings.ts";
import { passThroughOf, sendPassThrough } from "./pass-through-request.ts";
import type { RecordDeps } from "./record-outcome.ts";
import { recordStreamed } from "./record-streamed.ts";

/** The answer as server-sent events in OpenAI's dialect. */
export function answerStreamed(deps: RecordDeps, exchange: Exchange): AsyncGenerator<Uint8Array, void, undefined> {
  return recordStreamed(deps, exchange, generate);
}

async function generate(exchange: Exchange, answer: AnswerAccumulator): Promise<AsyncIterable<Uint8Array>> {
  const { signal } = exchange.context;
  const includeUsage = exchange.request.stream_options?.include_usage === true;
  const passThrough = passThroughOf(exchange);
  if (passThrough !== null) {
    const upstream = await sendPassThrough(passThrough, exchange, signal);
    return observeCompletionChunks(upstream.body, { answer, includeUsage, addTokenNames: true });
  }
  const options = requestToCallOptions(exchange.request, exchange.resolved.card);
  const { stream } = await exchange.resolved.model.doStream({ ...options, abortSignal: signal });
  const chunks = partsToChunks(stream, {
    identity: exchange.answer,
    includeUsage,
    onWarnings: (warnings) => logWarnings(exchange, warnings),
    onUsage: (usage) => void (answer.usage = usage),
  });
  return chunksToEvents(observe(chunks, answer));
}

async function* observe<Chunk extends Parameters<AnswerAccumulator["add"]>[0]>(
  chunks: AsyncIterable<Chunk>,
  answer: AnswerAccumulator,
): AsyncGenerator<Chunk, void, undefined> {
  for await (const chunk of chunks) {
    answer.add(chunk);
    yield chunk;
  }
}
