import { type ChatCompletion, type GaiaError, toGaiaError } from "@gaia/contracts";
import type { ChatDeps } from "../deps.ts";
import { readUpstreamCompletion } from "../dialects/openai/read-upstream-completion.ts";
import { requestToCallOptions } from "../dialects/openai/request-to-call-options.ts";
import { resultToCompletion } from "../dialects/openai/result-to-completion.ts";
import type { Exchange } from "./exchange.ts";
import { passThroughOf, readJsonAnswer, sendPassThrough } from "./pass-through-request.ts";
import { announceStart, recordOutcome } from "./record-outcome.ts";

type AnswerDeps = Pick<ChatDeps, "kysely" | "transport" | "usage" | "now">;

/** The whole answer at once, recorded before it is given. */
export async function answerWhole(deps: AnswerDeps, exchange: Exchange): Promise<ChatCompletion> {
  announceStart(deps, exchange);
  const completion = await generate(exchange).catch(async (cause: unknown) => {
    const error = toGaiaError(cause);
    await recordFailure(deps, exchange, error);
    throw error;
  });
  const message = completion.choices[0]?.message;
  await recordOutcome(deps, exchange, {
    text: message?.content ?? message?.refusal ?? "",
    toolCalls: message?.tool_calls ?? [],
    usage: completion.usage,
    firstTokenMs: null,
  });
  return completion;
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

/** What a provider did not do as asked, for the operator: what a caller must know was refused before. */
export function logWarnings({ context, resolved }: Exchange, warnings: readonly object[]): void {
  if (warnings.length === 0) return;
  context.log.warn(
    { service: "chat", requestId: context.requestId, model: resolved.card.id, warnings },
    "the provider did not do all that was asked",
  );
}

async function recordFailure(deps: AnswerDeps, exchange: Exchange, error: GaiaError): Promise<void> {
  await recordOutcome(deps, exchange, { text: "", toolCalls: [], usage: undefined, firstTokenMs: null, error });
}
