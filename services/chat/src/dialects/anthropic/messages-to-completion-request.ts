import { type ChatCompletionRequest, type ChatMessage, isMessageBlock, type MessagesRequest } from "@gaia/contracts";
import { omitNullish } from "../openai/omit-nullish.ts";
import { messageToChatMessages, textOfBlocks } from "./message-to-chat-messages.ts";
import { thinkingToEffort } from "./thinking-to-effort.ts";
import { toolsToFunctionTools } from "./tools-to-function-tools.ts";

/**
 * Anthropic's request in OpenAI's words, for models of others. What those have no word for is left out: where it would be
 * missed, `refuseMessages` has refused it.
 */
export function messagesToCompletionRequest(request: MessagesRequest): ChatCompletionRequest {
  const { model, max_tokens, stream, stop_sequences, temperature, top_p, metadata, conversation_id } = request;
  return {
    model,
    messages: [...systemMessages(request), ...request.messages.flatMap(messageToChatMessages)],
    max_tokens,
    ...omitNullish({
      stream,
      temperature,
      top_p,
      conversation_id,
      stop: stop_sequences?.length === 0 ? undefined : stop_sequences,
      user: metadata?.user_id,
      reasoning_effort: thinkingToEffort(request),
      response_format: responseFormatOf(request),
    }),
    ...toolsToFunctionTools(request),
  };
}

function systemMessages({ system }: MessagesRequest): ChatMessage[] {
  if (system === undefined) return [];
  const content = typeof system === "string" ? system : textOfBlocks(system.filter(isMessageBlock), "\n");
  return content === "" ? [] : [{ role: "system", content }];
}

function responseFormatOf({ output_config }: MessagesRequest): ChatCompletionRequest["response_format"] {
  const format = output_config?.format;
  if (format === undefined || format === null) return undefined;
  return { type: "json_schema", json_schema: { name: "answer", schema: format.schema, strict: true } };
}
