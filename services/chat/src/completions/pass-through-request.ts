import { GaiaError } from "@gaia/contracts";
import type { PassThrough, PassThroughAnswer, PassThroughRequest } from "@gaia/providers";
import { readProviderError } from "@gaia/providers";
import { messageBody } from "../dialects/anthropic/message-body.ts";
import type { Exchange, MessagesQuestion } from "./exchange.ts";

/**
 * Whether the provider can have the caller's request as it is. Some models take tools on another API only, which their
 * adapter knows and a pass-through does not.
 */
export function passThroughOf({
  resolved,
  request,
  question,
}: Pick<Exchange, "resolved" | "request" | "question">): PassThrough | null {
  const { passThrough, card } = resolved;
  const dialect = question === undefined ? "openai" : "anthropic";
  if (passThrough?.dialect !== dialect) return null;
  if (dialect === "anthropic") return passThrough;
  const hasTools = (request.tools?.length ?? 0) > 0;
  return hasTools && !card.toolsOverChatCompletions ? null : passThrough;
}

/** Sends the request in the provider's own dialect; an answer that is not a success throws. */
export async function sendPassThrough(
  passThrough: PassThrough,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<PassThroughAnswer> {
  const answer = await passThrough.send({ ...requestFor(exchange), signal });
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw await readProviderError(answer, passThrough.provider);
}

function requestFor(exchange: Exchange): Pick<PassThroughRequest, "path" | "body" | "headers"> {
  const { question } = exchange;
  if (question === undefined) return { path: "/chat/completions", body: bodyFor(exchange) };
  return { path: "/messages", body: messageBodyFor(exchange, question), headers: question.headers };
}

// What was composed into the translation belongs before the caller's own words too.
function messageBodyFor({ request, resolved }: Exchange, { request: own, translated }: MessagesQuestion): string {
  const theirs = new Set(translated.messages);
  return messageBody(own, {
    model: resolved.card.id,
    added: request.messages.filter((message) => !theirs.has(message)),
  });
}

// Gaia's own fields stay here, and the usage of a stream is always asked for: the ledger needs it.
function bodyFor({ request, resolved }: Exchange): string {
  const { conversation_id: _conversation, persona_id: _persona, message: _message, ...fields } = request;
  const usage = request.stream === true ? { stream_options: { ...request.stream_options, include_usage: true } } : {};
  return JSON.stringify({ ...fields, model: resolved.card.id, ...usage });
}

/** The body of a successful answer as JSON; anything else of a provider is unreadable. */
export async function readJsonAnswer(answer: PassThroughAnswer): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GaiaError("UPSTREAM_FAILED", "The model provider sent something unreadable", {
      reason: "answer.unreadable",
      cause,
    });
  }
}
