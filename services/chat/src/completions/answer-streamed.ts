import { GaiaError, toGaiaError } from "@gaia/contracts";
import type { ChatDeps } from "../deps.ts";
import { partsToChunks } from "../dialects/openai/parts-to-chunks.ts";
import { requestToCallOptions } from "../dialects/openai/request-to-call-options.ts";
import { AnswerAccumulator } from "../streams/answer-accumulator.ts";
import { chunksToEvents } from "../streams/chunks-to-events.ts";
import { observeCompletionChunks } from "../streams/observe-completion-chunks.ts";
import { logWarnings } from "./answer-whole.ts";
import type { Exchange } from "./exchange.ts";
import { passThroughOf, sendPassThrough } from "./pass-through-request.ts";
import type { Outcome } from "./outcome.ts";
import { announceStart, recordOutcome } from "./record-outcome.ts";
import { settleBeforeDone } from "./settle-before-done.ts";

type StreamDeps = Pick<ChatDeps, "kysely" | "transport" | "usage" | "now">;

/**
 * The answer as server-sent events in OpenAI's dialect. It is recorded exactly once: before `[DONE]` leaves, so that
 * the caller's next request finds it, or when the stream breaks off or nobody reads it any more.
 */
export async function* answerStreamed(
  deps: StreamDeps,
  exchange: Exchange,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = exchange.context;
  const answer = new AnswerAccumulator({
    collectText: exchange.conversationId !== null,
    now: () => performance.now() - exchange.started,
  });
  let settled: Promise<void> | undefined;
  const settle = (error?: GaiaError): Promise<void> =>
    (settled ??= recordOutcome(deps, exchange, outcomeOf(answer, error)));

  announceStart(deps, exchange);
  try {
    yield* settleBeforeDone(await generate(exchange, answer), () => settle());
    await settle();
  } catch (cause) {
    const error = signal.aborted ? cancelled(cause) : toGaiaError(cause);
    await settle(error);
    throw error;
  } finally {
    // Still unsettled only when the reader went away between two events.
    if (settled === undefined) await settle(cancelled());
  }
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

function outcomeOf(answer: AnswerAccumulator, error: GaiaError | undefined): Outcome {
  return {
    text: answer.text === "" ? answer.refusal : answer.text,
    toolCalls: answer.toolCalls,
    usage: answer.usage,
    characters: answer.characters,
    firstTokenMs: answer.firstTokenAt ?? null,
    error,
  };
}

function cancelled(cause?: unknown): GaiaError {
  return new GaiaError("CANCELLED", "The caller went away", { reason: "caller.gone", cause });
}
