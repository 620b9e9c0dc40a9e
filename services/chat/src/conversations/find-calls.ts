import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import { invalidField } from "../dialects/openai/invalid-field.ts";
import { callsOf } from "./history/rows-to-exchanges.ts";
import type { Turn } from "./read-turn.ts";

export interface FoundCalls {
  /** The stored answer that made the calls. */
  readonly messageId: string;
  readonly callIds: readonly string[];
  /** Those whose results are not stored yet: a request may be sent twice. */
  readonly unanswered: ReadonlySet<string>;
}

/**
 * The stored answer whose calls the request brings the results of. Without a history of its own the request must bring
 * them all, for no provider takes less; with one, `null` says that the calls are not ours.
 */
export async function findCalls(
  transaction: Kysely<Tables>,
  { conversationId, turn }: { readonly conversationId: string; readonly turn: Turn },
): Promise<FoundCalls | null> {
  const [first] = turn.results;
  if (first === undefined) return null;
  const row = await transaction
    .selectFrom("chat_messages")
    .select(["id", "tool_calls"])
    .where("conversation_id", "=", conversationId)
    .where("role", "=", "assistant")
    .where("replaced_by", "is", null)
    .where(sql<boolean>`tool_calls @> ${JSON.stringify([{ id: first.tool_call_id }])}::jsonb`)
    .orderBy("exchange", "desc")
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  const called = row === undefined ? [] : callsOf(row).map(({ id }) => id);
  const brought = new Set(turn.results.map(({ tool_call_id }) => tool_call_id));
  const isWhole = called.length === brought.size && called.every((id) => brought.has(id));
  if (row === undefined || !isWhole) {
    if (turn.hasOwnHistory) return null;
    throw invalidField(["messages"], "The tool results are not those of the calls of one answer in this conversation");
  }
  const answered = await transaction
    .selectFrom("chat_messages")
    .select("tool_call_id")
    .where("conversation_id", "=", conversationId)
    .where("role", "=", "tool")
    .where("tool_call_id", "in", called)
    .execute();
  const known = new Set(answered.map(({ tool_call_id }) => tool_call_id));
  return { messageId: row.id, callIds: called, unanswered: new Set(called.filter((id) => !known.has(id))) };
}
