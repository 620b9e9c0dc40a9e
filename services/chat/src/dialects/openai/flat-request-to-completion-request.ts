import { type ChatCompletionRequest, type FlatChatRequest, GaiaError } from "@gaia/contracts";
import { pickGenerationFields } from "./pick-generation-fields.ts";

/** One `message` in OpenAI's shape. The persona is not in the result: the pipeline composes it. */
export function flatRequestToCompletionRequest(request: FlatChatRequest): ChatCompletionRequest {
  if (request.message.trim() === "") throw emptyMessage();
  return {
    ...pickGenerationFields(request),
    messages: [{ role: "user", content: request.message }],
    ...(request.conversation_id === undefined ? {} : { conversation_id: request.conversation_id }),
  };
}

/** A message without words: every provider refuses it, each in its own way. */
export function emptyMessage(): GaiaError {
  return new GaiaError("INVALID_INPUT", "The message is empty", {
    issues: [{ type: "string_too_short", loc: ["body", "message"], msg: "The message is empty" }],
  });
}
