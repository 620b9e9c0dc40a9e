import type { chat, Conversation, InputOf, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { momentKey } from "../pages/cursor-keys.ts";
import { cursorOf, isAfter, rowToConversation, selectConversations } from "./select-conversations.ts";

type ListDeps = Pick<ChatDeps, "kysely">;

// Titles of all strange characters would otherwise make a page that no transport carries.
const maximumSize = 250_000;
const plainLength = 1000;

export async function listConversations(
  { kysely }: ListDeps,
  context: Context,
  { limit, cursor }: InputOf<typeof chat.listConversations>,
): Promise<OutputOf<typeof chat.listConversations>> {
  const after = readCursor(momentKey, cursor);
  const found = await selectConversations(kysely, identifyCaller(context).userId)
    .$if(after !== null, (query) => (after === null ? query : query.where(isAfter(after))))
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, cursorOf, maximumSize);
  return { conversations: rows.map(rowToConversation), next_cursor };
}

export async function listBriefConversations(
  deps: ListDeps,
  context: Context,
  input: InputOf<typeof chat.listBriefConversations>,
): Promise<OutputOf<typeof chat.listBriefConversations>> {
  const { conversations, next_cursor } = await listConversations(deps, context, input);
  return {
    conversations: conversations.map(({ id, title, created_at, updated_at }) => ({
      conversation_id: id,
      title,
      created_at,
      updated_at,
    })),
    next_cursor,
  };
}

export async function listPlainConversations(deps: ListDeps, context: Context): Promise<Conversation[]> {
  return (await listConversations(deps, context, { limit: plainLength })).conversations;
}
