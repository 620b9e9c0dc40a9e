import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { HistoryRow } from "../history/past-exchange.ts";
import type { StoredSummary } from "../history/fit-history.ts";

export async function findSummary(kysely: Kysely<Tables>, conversationId: string): Promise<StoredSummary | null> {
  const row = await kysely
    .selectFrom("conversation_summaries")
    .select(["summary as text", sql<number>`covers_until::float8`.as("coversUntil")])
    .where("conversation_id", "=", conversationId)
    .executeTakeFirst();
  return row ?? null;
}

interface Span {
  readonly conversationId: string;
  readonly after: number;
  readonly until: number;
  readonly limit: number;
}

/** What was said in the exchanges after one and until another, oldest first. */
export async function listMessagesBetween(kysely: Kysely<Tables>, span: Span): Promise<HistoryRow[]> {
  return kysely
    .selectFrom("chat_messages")
    .select(["id", "role", "content", "tool_calls", "tool_call_id", sql<number>`exchange::float8`.as("exchange")])
    .where("conversation_id", "=", span.conversationId)
    .where("role", "in", ["user", "assistant"])
    .where("replaced_by", "is", null)
    .where(sql<boolean>`coalesce(status, 'complete') <> 'failed'`)
    .where("content", "!=", "")
    .where(sql<boolean>`exchange <= ${span.until}`)
    .where(sql<boolean>`exchange > ${span.after}`)
    .orderBy("chat_messages.exchange")
    .orderBy("sequence")
    .limit(span.limit)
    .execute();
}

/** Of two that were made at once the one stays that covers more; a conversation that was erased gets none. */
export async function storeSummary(
  kysely: Kysely<Tables>,
  conversationId: string,
  { text, coversUntil }: StoredSummary,
): Promise<void> {
  await sql`
    insert into conversation_summaries (conversation_id, summary, covers_until)
    select id, ${text}, ${coversUntil} from conversations where id = ${conversationId}
    on conflict (conversation_id) do update
    set summary = excluded.summary, covers_until = excluded.covers_until, updated_at = now()
    where conversation_summaries.covers_until < excluded.covers_until`.execute(kysely);
}
