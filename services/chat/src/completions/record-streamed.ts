import { GaiaError, toGaiaError } from "@gaia/contracts";
import { AnswerAccumulator } from "../streams/answer-accumulator.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import { announceStart, type RecordDeps, recordOutcome } from "./record-outcome.ts";
import { settleBeforeDone } from "./settle-before-done.ts";

/** Begins the answer as events; the accumulator learns what they say. */
export type Generate = (exchange: Exchange, answer: AnswerAccumulator) => Promise<AsyncIterable<Uint8Array>>;

/**
 * An answer as server-sent events, in whatever dialect. It is recorded exactly once: before its last event leaves, so that
 * the caller's next request finds it, or when the stream breaks off or nobody reads it any more.
 */
export async function* recordStreamed(
  deps: RecordDeps,
  exchange: Exchange,
  generate: Generate,
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
