import type { ConversationHit } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import { searchQuery } from "./search-query.ts";
import { highlightEnd, highlightStart, splitHighlights } from "./split-highlights.ts";

export interface MessageHits {
  readonly count: number;
  readonly best: ConversationHit["messages"];
}

const shownMessages = 3;
const headline = `StartSel=${highlightStart}, StopSel=${highlightEnd}, MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=" … "`;

interface HitRow {
  readonly conversation_id: string;
  readonly id: string;
  readonly role: string;
  readonly created_at: Date | null;
  readonly count: number;
  readonly marked: string;
}

/** The best messages of each conversation, with excerpts: only for those that are shown, since making them is slow. */
export async function findMessageHits(
  kysely: Kysely<Tables>,
  conversationIds: readonly string[],
  text: string,
): Promise<ReadonlyMap<string, MessageHits>> {
  if (conversationIds.length === 0) return new Map();
  const { rows } = await sql<HitRow>`
    with query as materialized (select ${searchQuery(text)} as words), ranked as (
      select conversation_id, id, role, created_at, content,
        count(*) over (partition by conversation_id)::int as count,
        row_number() over (
          partition by conversation_id order by ts_rank(search_vector, words) desc, exchange desc, sequence desc
        ) as place
      from chat_messages cross join query
      where conversation_id in (${sql.join(conversationIds)}) and ${isFound(sql`words`)}
    )
    select conversation_id, id, role, created_at, count,
      ts_headline('simple'::regconfig, ${withoutMarks(sql`left(content, 50000)`)}, words, ${headline}) as marked
    from ranked cross join query where place <= ${shownMessages} order by place`.execute(kysely);
  const rowsByConversation = Map.groupBy(rows, ({ conversation_id }) => conversation_id);
  return new Map([...rowsByConversation].map(([id, hits]) => [id, rowsToHits(hits)]));
}

/** Whether a message says the words and still stands. */
export function isFound(words: ReturnType<typeof sql>) {
  return sql<boolean>`chat_messages.search_vector @@ ${words} and chat_messages.replaced_by is null
    and chat_messages.role in ('user', 'assistant')`;
}

export function withoutMarks(text: ReturnType<typeof sql>) {
  return sql<string>`translate(${text}, ${highlightStart + highlightEnd}, '')`;
}

function rowsToHits(rows: readonly HitRow[]): MessageHits {
  const best = rows.map(({ id, role, created_at, marked }) => {
    const { text: excerpt, ranges: highlights } = splitHighlights(marked);
    return { message_id: id, role, created_at: (created_at ?? new Date(0)).toISOString(), excerpt, highlights };
  });
  return { count: rows[0]?.count ?? 0, best };
}
