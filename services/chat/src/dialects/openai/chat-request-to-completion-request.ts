import { type ChatCompletionRequest, type ChatRequest } from "@gaia/contracts";
import { emptyMessage } from "./flat-request-to-completion-request.ts";
import { pickGenerationFields } from "./pick-generation-fields.ts";

/**
 * `message` or `messages` in OpenAI's shape; `messages` wins. The persona is not in the result: the pipeline composes
 * it. A `response_format` that is a string speaks of Gaia's envelope and not of the model's answer.
 */
export function chatRequestToCompletionRequest(request: ChatRequest): ChatCompletionRequest {
  const { conversation_id, response_format } = request;
  return {
    ...pickGenerationFields(request),
    messages: request.messages ?? [userMessage(request.message ?? "")],
    ...(conversation_id === undefined ? {} : { conversation_id }),
    ...(response_format === undefined || typeof response_format === "string" ? {} : { response_format }),
  };
}

function userMessage(message: string): ChatCompletionRequest["messages"][number] {
  if (message.trim() === "") throw emptyMessage();
  return { role: "user", content: message };
}
