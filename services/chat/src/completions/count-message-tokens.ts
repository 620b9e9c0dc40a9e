import { MessagesTokens, type MessagesTokensRequest } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { jsonResponse } from "@gaia/kit/http/to-response";
import { type PassThrough, readProviderError } from "@gaia/providers";
import type { ChatDeps } from "../deps.ts";
import { messageBody } from "../dialects/anthropic/message-body.ts";
import { messagesToCompletionRequest } from "../dialects/anthropic/messages-to-completion-request.ts";
import { unreadableAnswer } from "../dialects/anthropic/unreadable-answer.ts";
import { estimateTokens, tokensOfCharacters } from "../limits/estimate-tokens.ts";
import { readJsonAnswer } from "./pass-through-request.ts";

/** Says in an answer, whose dialect has no field for it, that nobody has really counted. */
const estimateHeader = "x-gaia-token-count";

/** Anthropic counts for its own models; for others there is an estimate, which says that it is one. */
export async function countMessageTokens(
  { models }: Pick<ChatDeps, "models">,
  context: Context,
  request: MessagesTokensRequest,
): Promise<Response> {
  const { passThrough, card } = await models.resolve(request.model);
  // The rest of a request for an answer is of no account here.
  const question = { ...request, max_tokens: 1 };
  const isCounted = passThrough?.dialect === "anthropic";
  const tokens = isCounted
    ? await countThere(passThrough, context, { ...request, model: card.id })
    : { input_tokens: estimate(messagesToCompletionRequest(question)) };
  const response = jsonResponse(tokens);
  response.headers.set("request-id", context.requestId);
  if (!isCounted) response.headers.set(estimateHeader, "estimate");
  return response;
}

async function countThere(
  passThrough: PassThrough,
  { signal, dialectHeaders }: Context,
  request: MessagesTokensRequest,
): Promise<MessagesTokens> {
  const body = messageBody(request, { model: request.model, added: [] });
  const answer = await passThrough.send({ path: "/messages/count_tokens", body, signal, headers: dialectHeaders });
  if (answer.status < 200 || answer.status >= 300) throw await readProviderError(answer, passThrough.provider);
  const tokens = MessagesTokens.safeParse(await readJsonAnswer(answer));
  if (!tokens.success) throw unreadableAnswer(tokens.error);
  return tokens.data;
}

function estimate(request: ReturnType<typeof messagesToCompletionRequest>): number {
  const tools = request.tools === undefined ? 0 : tokensOfCharacters(JSON.stringify(request.tools).length);
  return estimateTokens(request).question + tools;
}
