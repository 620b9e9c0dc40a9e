import { GaiaError } from "@gaia/contracts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether there could be a conversation of this id; the database complains about others. */
export function isConversationId(id: string): boolean {
  return uuid.test(id);
}

/** The same for ids that do not exist, belong to somebody else or are none. */
export function conversationNotFound(id: string): GaiaError {
  return new GaiaError("NOT_FOUND", `Conversation ${id.slice(0, 200)} not found`, { reason: "conversation.not_found" });
}
