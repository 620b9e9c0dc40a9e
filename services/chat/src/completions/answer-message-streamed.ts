import { messageEventsToBytes } from "../dialects/anthropic/message-events-to-bytes.ts";
import { observeMessageEvents } from "../dialects/anthropic/observe-message-events.ts";
import { partsToMessageEvents } from "../dialects/anthropic/parts-to-message-events.ts";
import { requestToCallOptions } from "../dialects/openai/request-to-call-options.ts";
import { estimateTokens } from "../limits/estimate-tokens.ts";
import type { AnswerAccumulator } from "../streams/answer-accumulator.ts";
import type { Exchange } from "./exchange.ts";
import { logWarnings } from "./log-warnings.ts";
import { passThroughOf, sendPassThrough } from "./pass-through-request.ts";
import type { RecordDeps } from "./record-outcome.ts";
import { recordStreamed } from "./record-streamed.ts";

/** The answer as server-sent events in Anthropic's dialect. */
export function answerMessageStreamed(
  deps: RecordDeps,
  exchange: Exchange,
): AsyncGenerator<Uint8Array, void, undefined> {
  return recordStreamed(deps, exchange, generate);
}

async function generate(exchange: Exchange, answer: AnswerAccumulator): Promise<AsyncIterable<Uint8Array>> {
  const { context, request, resolved } = exchange;
  const passThrough = passThroughOf(exchange);
  if (passThrough !== null) {
    const upstream = await sendPassThrough(passThrough, exchange, context.signal);
    return observeMessageEvents(upstream.body, answer);
  }
  const options = requestToCallOptions(request, resolved.card);
  const { stream } = await resolved.model.doStream({ ...options, abortSignal: context.signal });
  const events = partsToMessageEvents(stream, {
    identity: exchange.answer,
    estimatedTokens: estimateTokens(request).question,
    onWarnings: (warnings) => logWarnings(exchange, warnings),
    onUsage: (usage) => void (answer.usage = usage),
  });
  return messageEventsToBytes(events, answer);
}
