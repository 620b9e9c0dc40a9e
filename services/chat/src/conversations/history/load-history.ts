import type { Tables } from "@gaia/db";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { HistoryRow } from "./past-exchange.ts";

interface Wanted {
  readonly conversationId: string;
  /** Bytes of text after which older messages are of no use. */
  readonly maximumBytes: number;
  /** The last message that counts; all where it is left out. */
  readonly until?: string;
}

// Nearly every conversation is read at once, and of a very long one no more than is needed.
const firstPage = 200;
const growth = 8;

/**
 * The last messages that a model can be told of, oldest first: no failed answers and none that others replaced. Their
 * texts come to the bytes that are wanted, or just above where there is more than that.
 */
export async function loadHistory(kysely: Kysely<Tables>, wanted: Wanted): Promise<HistoryRow[]> {
  const { conversationId, until } = wanted;
  const newestFirst: HistoryRow[] = [];
  let bytes = wanted.maximumBytes;
  let ending = until === undefined ? sql`true` : sql`(exchange, sequence) <= ${placeOf(until)}`;
  for (let limit = firstPage; ; limit *= growth) {
    const rows = await readPage(kysely, { conversationId, ending, limit, bytes });
    newestFirst.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return newestFirst.toReversed();
    bytes -= last.bytes;
    ending = sql`(exchange, sequence) < ${placeOf(last.id)}`;
  }
}

function placeOf(messageId: string): RawBuilder<unknown> {
  return sql`(select exchange, sequence from chat_messages where id = ${messageId})`;
}

interface Page {
  readonly conversationId: string;
  readonly ending: RawBuilder<unknown>;
  readonly limit: number;
  /** A row that begins beyond them is left out, with all older ones. */
  readonly bytes: number;
}

async function readPage(
  kysely: Kysely<Tables>,
  { conversationId, ending, limit, bytes }: Page,
): Promise<(HistoryRow & { readonly bytes: number })[]> {
  const { rows } = await sql<HistoryRow & { readonly bytes: number }>`
    with page as (
      select id, role, content, tool_calls, tool_call_id, exchange, sequence,
        octet_length(content) + coalesce(octet_length(tool_calls::text), 0) as size
      from chat_messages
      where conversation_id = ${conversationId} and role in ('user', 'assistant', 'tool')
        and coalesce(status, 'complete') <> 'failed' and replaced_by is null and ${ending}
      order by chat_messages.exchange desc, sequence desc limit ${limit}
    ), summed as (
      select *, sum(size) over (order by exchange desc, sequence desc) as bytes from page
    )
    select id, role, content, tool_calls, tool_call_id, exchange::float8 as exchange, bytes::float8 as bytes
    from summed where bytes - size <= ${bytes}
    order by summed.exchange desc, sequence desc`.execute(kysely);
  return rows;
}
