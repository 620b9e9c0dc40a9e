import { randomUUID } from "node:crypto";
import type { GaiaError } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { followResponse } from "../stream-log/follow-response.ts";
import { keepAnswer } from "../stream-log/keep-answer.ts";
import { answerEvents } from "./answer-events.ts";
import { conversationHeaders } from "./conversation-headers.ts";
import { prepareExchange } from "./prepare-exchange.ts";
import type { RespondInput } from "./respond.ts";

/**
 * A streamed answer that goes on when its reader goes away, until it is over or somebody cancels it. What it says is
 * kept event by event, and the reader is the first of any number who follow.
 */
export async function respondResumable(deps: ChatDeps, context: Context, input: RespondInput): Promise<Response> {
  const cancelling = new AbortController();
  const signal = AbortSignal.any([cancelling.signal, ...(deps.stopping === undefined ? [] : [deps.stopping])]);
  const exchange = await prepareExchange(deps, { ...context, signal }, input);
  let failure: GaiaError | undefined;
  const events = await answerEvents(deps, exchange, input, (error) => void (failure = error));
  const { userId, apiKeyId } = exchange.caller;
  const { conversationId, messageId } = exchange;
  const id = randomUUID();
  const facts = { id, userId, apiKeyId, requestId: context.requestId, conversationId, messageId };
  const writer = await deps.streams
    .begin({ ...facts, dialect: input.streamErrors }, () => cancelling.abort())
    .catch(async (error: unknown) => {
      cancelling.abort();
      await events.return?.();
      throw error;
    });
  deps.background.run(
    "a resumable answer",
    keepAnswer(events, writer, () => failure),
  );
  const reader = { id, userId, after: 0, signal: context.signal, headers: conversationHeaders(exchange) };
  return followResponse(deps.streams, reader);
}
