import type { Dialect } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { jsonResponse } from "@gaia/kit/http/to-response";
import type { ChatDeps } from "../deps.ts";
import { endWithError } from "../streams/end-with-error.ts";
import { keepAlive } from "../streams/keep-alive.ts";
import { toReadableStream } from "../streams/to-readable-stream.ts";
import { addMetadata } from "./add-metadata.ts";
import { answerStreamed } from "./answer-streamed.ts";
import { answerWhole } from "./answer-whole.ts";
import { beginStream } from "./begin-stream.ts";
import type { Exchange } from "./exchange.ts";
import { type ExchangeInput, prepareExchange } from "./prepare-exchange.ts";

/** Tells the client where its exchange is stored, also where the dialect has no field for it. */
const conversationHeader = "x-conversation-id";

export interface RespondInput extends ExchangeInput {
  /** Gaia's own routes describe the exchange in `_metadata`; the vendors' dialects know no such field. */
  readonly hasMetadata: boolean;
  readonly streamErrors: Extract<Dialect, "openai" | "gaia">;
}

type RespondDeps = ChatDeps;

/** Answers one request to a model, whole or as a stream, as the request wishes. */
export async function respond(deps: RespondDeps, context: Context, input: RespondInput): Promise<Response> {
  if (input.request.stream !== true) return respondWhole(deps, context, input);
  const gone = new AbortController();
  const signal = AbortSignal.any([context.signal, gone.signal]);
  const exchange = await prepareExchange(deps, { ...context, signal }, input);
  const events = await beginStream(answerStreamed(deps, exchange));
  const described = input.hasMetadata ? addMetadata(events, () => metadataOf(exchange)) : events;
  const complete = endWithError(described, {
    requestId: context.requestId,
    dialect: input.streamErrors,
    identity: exchange.answer,
    // The outcome, with its wide event, was recorded where the answer was made.
    onError: () => undefined,
  });
  const alive = keepAlive(complete, { timer: systemTimer });
  return new Response(toReadableStream(alive, { onCancel: () => gone.abort() }), {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
      ...conversationHeaders(exchange),
    },
  });
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

/** What `/api/v1/chat` always told beside the answer. There is one engine, so the route is always direct. */
function metadataOf({ conversationId, context, started, prepared }: Exchange): Record<string, unknown> {
  const now = performance.now();
  return {
    route_type: "direct",
    routing_time_ms: Math.round(prepared - started),
    llm_time_ms: Math.round(now - prepared),
    total_time_ms: Math.round(now - started),
    request_id: context.requestId,
    conversation_id: conversationId,
  };
}

function conversationHeaders({ conversationId }: Exchange): Record<string, string> {
  return conversationId === null ? {} : { [conversationHeader]: conversationId };
}

const systemTimer = {
  now: () => performance.now(),
  after(milliseconds: number, callback: () => void) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
