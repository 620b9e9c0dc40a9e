import type { ChatCompletion } from "@gaia/contracts";
import { readUpstreamCompletion } from "../dialects/openai/read-upstream-completion.ts";
import { requestToCallOptions } from "../dialects/openai/request-to-call-options.ts";
import { resultToCompletion } from "../dialects/openai/result-to-completion.ts";
import type { Exchange } from "./exchange.ts";
import { logWarnings } from "./log-warnings.ts";
import type { Outcome } from "./outcome.ts";
import { passThroughOf, readJsonAnswer, sendPassThrough } from "./pass-through-request.ts";
import type { RecordDeps } from "./record-outcome.ts";
import { recordWhole } from "./record-whole.ts";

/** The whole answer at once in OpenAI's dialect, recorded before it is given. */
export async function answerWhole(deps: RecordDeps, exchange: Exchange): Promise<ChatCompletion> {
  return recordWhole(deps, exchange, { generate: () => generate(exchange), outcomeOf });
}

async function generate(exchange: Exchange): Promise<ChatCompletion> {
  const { context, request, resolved, answer } = exchange;
  const passThrough = passThroughOf(exchange);
  if (passThrough !== null) {
    return readUpstreamCompletion(await readJsonAnswer(await sendPassThrough(passThrough, exchange, context.signal)));
  }
  const options = requestToCallOptions(request, resolved.card);
  const result = await resolved.model.doGenerate({ ...options, abortSignal: context.signal });
  logWarnings(exchange, result.warnings);
  return resultToCompletion(result, answer);
}

function outcomeOf({ choices, usage }: ChatCompletion): Outcome {
  const message = choices[0]?.message;
  return {
    text: message?.content ?? message?.refusal ?? "",
    toolCalls: message?.tool_calls ?? [],
    usage,
    firstTokenMs: null,
  };
}
