import { chat, type FlatChatRequest } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { jsonResponse } from "@gaia/kit/http/to-response";
import type { ChatDeps } from "../deps.ts";
import { completionToFlatResponse } from "../dialects/openai/completion-to-flat-response.ts";
import { flatRequestToCompletionRequest } from "../dialects/openai/flat-request-to-completion-request.ts";
import { answerWhole } from "./answer-whole.ts";
import { prepareExchange } from "./prepare-exchange.ts";
import { respond } from "./respond.ts";

/** One `message` to one `response`, the original's shape; streamed it is OpenAI's chunks, as there. */
export async function respondFlat(deps: ChatDeps, context: Context, flat: FlatChatRequest): Promise<Response> {
  const input = {
    contract: chat.createCompatibleCompletion,
    request: flatRequestToCompletionRequest(flat),
    personaId: undefined,
    conversation: flat.conversation_id ?? null,
  };
  if (flat.stream === true) return respond(deps, context, { ...input, hasMetadata: false, streamErrors: "openai" });
  const exchange = await prepareExchange(deps, context, input);
  const completion = await answerWhole(deps, exchange);
  const { card, requestedName } = exchange.resolved;
  return jsonResponse(
    completionToFlatResponse(completion, {
      provider: card.provider,
      responseTimeMs: performance.now() - exchange.started,
      reasoning: flat.model === undefined ? `Default model: ${card.id}` : `Explicit model selection: ${requestedName}`,
    }),
  );
}
