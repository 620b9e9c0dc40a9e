import type { MessagesResponse, MessageUsage } from "@gaia/contracts";
import type { AnswerIdentity } from "../openai/answer-identity.ts";

/** An answer before its first word. Newer clients expect every field to be there, and older ones do not mind. */
export function emptyMessageOf({ id, model }: AnswerIdentity, usage: MessageUsage): MessagesResponse {
  return {
    id,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    usage,
  };
}
