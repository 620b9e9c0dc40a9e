import type { chat, Conversation, ConversationHit, InputOf, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { type Expression, sql, type SqlBool } from "kysely";
import { identifyCaller } from "../../caller-identity.ts";
import type { ChatDeps } from "../../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { momentKey } from "../../pages/cursor-keys.ts";
import { listPlainConversations } from "../list-conversations.ts";
import {
  type ConversationRow,
  cursorOf,
  isAfter,
  rowToConversation,
  selectConversations,
} from "../select-conversations.ts";
import { findMessageHits, isFound, type MessageHits, withoutMarks } from "./find-message-hits.ts";
import { containing, searchQuery } from "./search-query.ts";
import { highlightEnd, highlightStart, splitHighlights } from "./split-highlights.ts";

type SearchDeps = Pick<ChatDeps, "kysely">;

const maximumSize = 250_000;
const plainLength = 1000;
const titleHeadline = `StartSel=${highlightStart}, StopSel=${highlightEnd}, HighlightAll=true`;

/** Conversations whose title or messages have the words, last used first. */
export async function searchConversations(
  { kysely }: SearchDeps,
  context: Context,
  { q, limit, cursor }: InputOf<typeof chat.searchConversations>,
): Promise<OutputOf<typeof chat.searchConversations>> {
  const after = readCursor(momentKey, cursor);
  const { userId } = identifyCaller(context);
  const marked = sql<string>`ts_headline('simple'::regconfig, ${withoutMarks(sql`conversations.title`)}, ${searchQuery(q)}, ${titleHeadline})`;
  const found = await selectConversations(kysely, userId)
    .select(marked.as("marked"))
    .where(hasWords(q, userId))
    .$if(after !== null, (query) => (after === null ? query : query.where(isAfter(after))))
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, cursorOf, maximumSize);
  const hits = await findMessageHits(
    kysely,
    rows.map(({ id }) => id),
    q,
  );
  return { conversations: rows.map((row) => rowToHit(row, hits.get(row.id))), next_cursor };
}

/** The original's search: the text anywhere in title or preview, and what messages say beside. */
export async function searchPlainConversations(
  deps: SearchDeps,
  context: Context,
  { q }: InputOf<typeof chat.searchPlainConversations>,
): Promise<Conversation[]> {
  if (q === "") return listPlainConversations(deps, context);
  const { userId } = identifyCaller(context);
  const contains = sql<boolean>`(conversations.title ilike ${containing(q)} or conversations.preview ilike ${containing(q)})`;
  const found = await selectConversations(deps.kysely, userId)
    .where((expression) => expression.or([contains, hasWords(q, userId)]))
    .limit(plainLength)
    .execute();
  return cutPage(found, plainLength, cursorOf, maximumSize).rows.map(rowToConversation);
}

// Parts of titles count too: some scripts have no blanks between words.
function hasWords(text: string, userId: string): Expression<SqlBool> {
  return sql<boolean>`(
    to_tsvector('simple'::regconfig, conversations.title) @@ ${searchQuery(text)}
    or conversations.title ilike ${containing(text)}
    or conversations.id in (
      select chat_messages.conversation_id from chat_messages
      join conversations own on own.id = chat_messages.conversation_id and own.user_id = ${userId}
      where ${isFound(searchQuery(text))}
    )
  )`;
}

function rowToHit(row: ConversationRow & { readonly marked: string }, hits: MessageHits | undefined): ConversationHit {
  // A headline leaves out what looks like markup; then the marks would stand beside their words.
  const { text, ranges } = splitHighlights(row.marked);
  return {
    ...rowToConversation(row),
    title_highlights: text === row.title ? ranges : [],
    message_count: hits?.count ?? 0,
    messages: hits?.best ?? [],
  };
}
