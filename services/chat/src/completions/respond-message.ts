import { chat, type MessagesRequest } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { messagesToCompletionRequest } from "../dialects/anthropic/messages-to-completion-request.ts";
import { endWithError } from "../streams/end-with-error.ts";
import { answerMessageStreamed } from "./answer-message-streamed.ts";
import { answerMessageWhole } from "./answer-message-whole.ts";
import { beginStream } from "./begin-stream.ts";
import { conversationHeaders } from "./conversation-headers.ts";
import { type ExchangeInput, prepareExchange } from "./prepare-exchange.ts";
import { toStreamResponse } from "./to-stream-response.ts";

/** Answers one request in Anthropic's dialect, whole or as a stream, as the request wishes. */
export async function respondMessage(deps: ChatDeps, context: Context, request: MessagesRequest): Promise<Response> {
  const input = toInput(context, request);
  if (request.stream !== true) return respondWhole(deps, context, input);
  const gone = new AbortController();
  const signal = AbortSignal.any([context.signal, gone.signal]);
  const exchange = await prepareExchange(deps, { ...context, signal }, input);
  const events = await beginStream(answerMessageStreamed(deps, exchange));
  const complete = endWithError(events, {
    requestId: context.requestId,
    dialect: "anthropic",
    identity: exchange.answer,
    // The outcome, with its wide event, was recorded where the answer was made.
    onError: () => undefined,
  });
  return toStreamResponse(complete, {
    onCancel: () => gone.abort(),
    headers: { ...conversationHeaders(exchange), "request-id": context.requestId },
  });
}

function toInput({ dialectHeaders }: Context, request: MessagesRequest): ExchangeInput {
  const translated = messagesToCompletionRequest(request);
  return {
    contract: chat.createMessage,
    request: translated,
    question: { request, translated, headers: dialectHeaders ?? {} },
    personaId: undefined,
    conversation: request.conversation_id ?? null,
  };
}

async function respondWhole(deps: ChatDeps, context: Context, input: ExchangeInput): Promise<Response> {
  const exchange = await prepareExchange(deps, context, input);
  const body = await answerMessageWhole(deps, exchange);
  return new Response(body, {
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      ...conversationHeaders(exchange),
      "request-id": context.requestId,
    },
  });
}
