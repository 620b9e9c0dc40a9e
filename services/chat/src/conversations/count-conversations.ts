import type { chat, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";

interface Counts {
  readonly total_conversations: number;
  readonly total_messages: number;
  readonly user_messages: number;
  readonly assistant_messages: number;
  readonly tokens_used: number;
  readonly first_conversation_at: Date | null;
  readonly last_activity_at: Date | null;
}

/** Of what is not deleted; an answer that was replaced is no message any more, but its tokens were spent. */
export async function countConversations(
  { kysely }: Pick<ChatDeps, "kysely">,
  context: Context,
): Promise<OutputOf<typeof chat.countConversations>> {
  const { userId } = identifyCaller(context);
  const { rows } = await sql<Counts>`
    with own as (
      select id, created_at, updated_at from conversations where user_id = ${userId} and is_active is not false
    ), said as (
      select
        count(*) filter (where replaced_by is null) as total,
        count(*) filter (where replaced_by is null and role = 'user') as by_user,
        count(*) filter (where replaced_by is null and role = 'assistant') as by_assistant,
        coalesce(sum(tokens_used), 0) as tokens
      from chat_messages where conversation_id in (select id from own)
    )
    select
      count(*)::int as total_conversations,
      (select total from said)::int as total_messages,
      (select by_user from said)::int as user_messages,
      (select by_assistant from said)::int as assistant_messages,
      (select tokens from said)::float8 as tokens_used,
      min(created_at) as first_conversation_at,
      max(updated_at) as last_activity_at
    from own`.execute(kysely);
  const [counts] = rows;
  if (counts === undefined) throw new Error("an aggregate without groups has one row");
  return {
    ...counts,
    first_conversation_at: counts.first_conversation_at?.toISOString() ?? null,
    last_activity_at: counts.last_activity_at?.toISOString() ?? null,
  };
}
