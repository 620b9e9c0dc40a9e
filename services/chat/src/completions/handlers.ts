import { chat } from "@gaia/contracts";
import { type Binding, implementStream, parseInput } from "@gaia/kit/binding";
import type { ChatDeps } from "../deps.ts";
import { chatRequestToCompletionRequest } from "../dialects/openai/chat-request-to-completion-request.ts";
import { countMessageTokens } from "./count-message-tokens.ts";
import { respond } from "./respond.ts";
import { respondFlat } from "./respond-flat.ts";
import { respondMessage } from "./respond-message.ts";

export const completionHandlers = (deps: ChatDeps): Binding[] => [
  implementStream(chat.createChatCompletion, (context, request) =>
    respond(deps, context, {
      contract: chat.createChatCompletion,
      request,
      personaId: undefined,
      conversation: request.conversation_id ?? null,
      hasMetadata: false,
      streamErrors: "openai",
    }),
  ),
  implementStream(chat.createCompatibleCompletion, (context, request) =>
    "messages" in request && request.messages !== undefined
      ? respond(deps, context, {
          contract: chat.createCompatibleCompletion,
          request: parseInput(chat.ChatCompletionRequest, request),
          personaId: undefined,
          conversation: request.conversation_id ?? null,
          hasMetadata: false,
          streamErrors: "openai",
        })
      : respondFlat(deps, context, parseInput(chat.FlatChatRequest, request)),
  ),
  implementStream(chat.createMessage, (context, request) => respondMessage(deps, context, request)),
  implementStream(chat.countMessageTokens, (context, request) => countMessageTokens(deps, context, request)),
  implementStream(chat.chat, (context, request) =>
    respond(deps, context, {
      contract: chat.chat,
      request: chatRequestToCompletionRequest(request),
      personaId: request.persona_id ?? null,
      conversation: request.conversation_id ?? "new",
      hasMetadata: true,
      streamErrors: "gaia",
      isResumable: request.resumable === true,
    }),
  ),
];
