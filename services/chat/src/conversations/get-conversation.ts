import type { chat, Conversation, InputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { conversationNotFound, isConversationId } from "./conversation-id.ts";
import { rowToConversation, selectConversations } from "./select-conversations.ts";

export async function getConversation(
  { kysely }: Pick<ChatDeps, "kysely">,
  context: Context,
  { conversation_id: id }: InputOf<typeof chat.getConversation>,
): Promise<Conversation> {
  const { userId } = identifyCaller(context);
  const row = isConversationId(id)
    ? await selectConversations(kysely, userId).where("conversations.id", "=", id).executeTakeFirst()
    : undefined;
  if (row === undefined) throw conversationNotFound(id);
  return rowToConversation(row);
}
