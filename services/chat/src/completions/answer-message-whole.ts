import type { AnswerAccumulator } from "../streams/answer-accumulator.ts";
import { requestToCallOptions } from "../dialects/openai/request-to-call-options.ts";
import { usageToOpenAi } from "../dialects/openai/usage-to-openai.ts";
import { learnMessage, readUpstreamMessage } from "../dialects/anthropic/read-upstream-message.ts";
import { resultToMessage } from "../dialects/anthropic/result-to-message.ts";
import type { Exchange } from "./exchange.ts";
import { logWarnings } from "./log-warnings.ts";
import { passThroughOf, sendPassThrough } from "./pass-through-request.ts";
import type { RecordDeps } from "./record-outcome.ts";
import { recordWhole } from "./record-whole.ts";

interface WholeMessage {
  /** JSON, as the caller gets it. */
  readonly body: string;
  readonly answer: AnswerAccumulator;
}

/** The whole answer at once in Anthropic's dialect, recorded before it is given. */
export async function answerMessageWhole(deps: RecordDeps, exchange: Exchange): Promise<string> {
  const { body } = await recordWhole(deps, exchange, {
    generate: () => generate(exchange),
    outcomeOf: ({ answer: { text, toolCalls, usage } }) => ({ text, toolCalls, usage, firstTokenMs: null }),
  });
  return body;
}

async function generate(exchange: Exchange): Promise<WholeMessage> {
  const { context, request, resolved } = exchange;
  const passThrough = passThroughOf(exchange);
  if (passThrough !== null) {
    const upstream = await sendPassThrough(passThrough, exchange, context.signal);
    const body = await upstream.text();
    return { body, answer: readUpstreamMessage(body) };
  }
  const options = requestToCallOptions(request, resolved.card);
  const result = await resolved.model.doGenerate({ ...options, abortSignal: context.signal });
  logWarnings(exchange, result.warnings);
  const message = resultToMessage(result, exchange.answer);
  const answer = learnMessage(message);
  answer.usage = usageToOpenAi(result.usage);
  return { body: JSON.stringify(message), answer };
}
