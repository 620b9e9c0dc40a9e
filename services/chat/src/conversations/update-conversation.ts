import type { chat, Conversation, InputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { conversationNotFound, isConversationId } from "./conversation-id.ts";
import { getConversation } from "./get-conversation.ts";

/** Sets what is given; a change of nothing changes nothing, not even the order of the list. */
export async function updateConversation(
  deps: Pick<ChatDeps, "kysely">,
  context: Context,
  { conversation_id: id, title, preview }: InputOf<typeof chat.updateConversation>,
): Promise<Conversation> {
  const changes = { ...(title == null ? {} : { title }), ...(preview == null ? {} : { preview }) };
  if (!isConversationId(id)) throw conversationNotFound(id);
  if (Object.keys(changes).length > 0) {
    await deps.kysely
      .updateTable("conversations")
      .set(changes)
      .where("id", "=", id)
      .where("user_id", "=", identifyCaller(context).userId)
      .where("is_active", "is not", false)
      .execute();
  }
  return getConversation(deps, context, { conversation_id: id });
}
