import { conflict } from "@gaia/contracts";
import { sql } from "kysely";
import type { ChatDeps } from "../deps.ts";
import { conversationNotFound, isConversationId } from "./conversation-id.ts";

/** The end of a conversation: what was asked last, and what was answered. */
export interface AnswerToReplace {
  readonly conversationId: string;
  /** The user's last message, or the last result of a tool. */
  readonly questionId: string;
  /** All that was answered to it; empty where an answer never came. */
  readonly replaces: readonly string[];
  readonly model: string | null;
  /** `undefined` where nobody spoke through a persona, `null` where no answer tells. */
  readonly personaId: string | null | undefined;
}

interface Row {
  readonly id: string;
  readonly role: string;
  readonly model: string | null;
  readonly persona_id: string | null;
}

/** Whose conversation it is, is part of the question. */
export async function findAnswerToReplace(
  { kysely }: Pick<ChatDeps, "kysely">,
  userId: string,
  conversationId: string,
): Promise<AnswerToReplace> {
  const id = conversationId.toLowerCase();
  if (!isConversationId(id)) throw conversationNotFound(conversationId);
  const own = await kysely
    .selectFrom("conversations")
    .select("id")
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("is_active", "is not", false)
    .executeTakeFirst();
  if (own === undefined) throw conversationNotFound(conversationId);
  const { rows } = await sql<Row>`
    with current as (
      select * from chat_messages
      where conversation_id = ${id} and role in ('user', 'assistant', 'tool') and replaced_by is null
    ), question as (
      select exchange, sequence from current where role <> 'assistant'
      order by exchange desc, sequence desc limit 1
    )
    select current.id, role, model, persona_id from current, question
    where (current.exchange, current.sequence) >= (question.exchange, question.sequence)
    order by current.exchange, current.sequence`.execute(kysely);
  const [question, ...answers] = rows;
  if (question === undefined) {
    throw conflict("conversation.nothing_to_regenerate", "Nothing was asked in this conversation yet");
  }
  const last = answers.at(-1);
  return {
    conversationId: id,
    questionId: question.id,
    replaces: answers.map((answer) => answer.id),
    model: last?.model ?? null,
    personaId: last === undefined ? null : (last.persona_id ?? undefined),
  };
}
