import { randomUUID } from "node:crypto";
import type { chat, Conversation, InputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { insertConversation } from "./conversation-repository.ts";
import { getConversation } from "./get-conversation.ts";
import { untitled } from "./title-from.ts";

export async function createConversation(
  deps: Pick<ChatDeps, "kysely">,
  context: Context,
  { title }: InputOf<typeof chat.createConversation>,
): Promise<Conversation> {
  const { userId } = identifyCaller(context);
  const id = randomUUID();
  await insertConversation(deps.kysely, { id, userId, title: title || untitled });
  return getConversation(deps, context, { conversation_id: id });
}
