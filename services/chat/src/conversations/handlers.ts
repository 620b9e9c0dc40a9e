import { chat } from "@gaia/contracts";
import { type Binding, implement, implementStream } from "@gaia/kit/binding";
import { jsonResponse } from "@gaia/kit/http/to-response";
import type { ChatDeps } from "../deps.ts";
import { countConversations } from "./count-conversations.ts";
import { createConversation } from "./create-conversation.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { getConversation } from "./get-conversation.ts";
import { listBriefConversations, listConversations, listPlainConversations } from "./list-conversations.ts";
import { listMessages } from "./list-messages.ts";
import { regenerateAnswer } from "./regenerate-answer.ts";
import { searchConversations, searchPlainConversations } from "./search/search-conversations.ts";
import { updateConversation } from "./update-conversation.ts";

export const conversationHandlers = (deps: ChatDeps): Binding[] => [
  implement(chat.createConversation, (context, input) => createConversation(deps, context, input)),
  implement(chat.listConversations, (context, input) => listConversations(deps, context, input)),
  implement(chat.getConversation, (context, input) => getConversation(deps, context, input)),
  implement(chat.renameConversation, (context, input) => updateConversation(deps, context, input)),
  implement(chat.updateConversation, (context, input) => updateConversation(deps, context, input)),
  implement(chat.deleteConversation, (context, input) => deleteConversation(deps, context, input)),
  implementStream(chat.listConversationMessages, async (context, input) =>
    jsonResponse(await listMessages(deps, context, input)),
  ),
  implement(chat.searchConversations, (context, input) => searchConversations(deps, context, input)),
  implement(chat.countConversations, (context) => countConversations(deps, context)),
  implementStream(chat.regenerateAnswer, (context, input) => regenerateAnswer(deps, context, input)),
  implement(chat.createBriefConversation, async (context, input) => {
    const { id: conversation_id, title } = await createConversation(deps, context, input);
    return { conversation_id, title };
  }),
  implement(chat.listBriefConversations, (context, input) => listBriefConversations(deps, context, input)),
  implement(chat.listPlainConversations, (context) => listPlainConversations(deps, context)),
  implement(chat.searchPlainConversations, (context, input) => searchPlainConversations(deps, context, input)),
];
