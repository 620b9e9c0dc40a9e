import type { Dialect } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { jsonResponse } from "@gaia/kit/http/to-response";
import type { ChatDeps } from "../deps.ts";
import { answerEvents } from "./answer-events.ts";
import { answerWhole } from "./answer-whole.ts";
import { conversationHeaders } from "./conversation-headers.ts";
import { metadataOf } from "./metadata-of.ts";
import { type ExchangeInput, prepareExchange } from "./prepare-exchange.ts";
import { respondResumable } from "./respond-resumable.ts";
import { toStreamResponse } from "./to-stream-response.ts";

export interface RespondInput extends ExchangeInput {
  /** Gaia's own routes describe the exchange in `_metadata`; the vendors' dialects know no such field. */
  readonly hasMetadata: boolean;
  readonly streamErrors: Extract<Dialect, "openai" | "gaia">;
  /** Whether a streamed answer goes on without its reader. */
  readonly isResumable?: boolean;
}

type RespondDeps = ChatDeps;

/** Answers one request to a model, whole or as a stream, as the request wishes. */
export async function respond(deps: RespondDeps, context: Context, input: RespondInput): Promise<Response> {
  if (input.request.stream !== true) return respondWhole(deps, context, input);
  if (input.isResumable === true) return respondResumable(deps, context, input);
  const gone = new AbortController();
  const signal = AbortSignal.any([context.signal, gone.signal]);
  const exchange = await prepareExchange(deps, { ...context, signal }, input);
  const events = await answerEvents(deps, exchange, input);
  return toStreamResponse(events, { onCancel: () => gone.abort(), headers: conversationHeaders(exchange) });
}

async function respondWhole(deps: RespondDeps, context: Context, input: RespondInput): Promise<Response> {
  const exchange = await prepareExchange(deps, context, input);
  const completion = await answerWhole(deps, exchange);
  const response = jsonResponse({
    ...completion,
    ...(exchange.conversationId === null ? {} : { conversation_id: exchange.conversationId }),
    ...(input.hasMetadata ? { _metadata: metadataOf(exchange) } : {}),
  });
  for (const [name, value] of Object.entries(conversationHeaders(exchange))) response.headers.set(name, value);
  return response;
}
