import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { AnswerPlace } from "./answer-place.ts";
import { insertMessages, type MessageRow } from "./conversation-repository.ts";

/**
 * Stores an answer behind its question. One that was to replace others does so if anything of it came, also those that
 * came meanwhile; if nothing came, it is the one that is replaced. Within a transaction that holds the conversation.
 */
export async function storeAnswer(
  transaction: Kysely<Tables>,
  answer: MessageRow & { readonly id: string },
  place: AnswerPlace | undefined,
): Promise<void> {
  const { follows = null, replaces = null } = place ?? {};
  if (follows === null || replaces === null) return insertMessages(transaction, [answer], follows);
  const others = await findAnswers(transaction, follows, replaces);
  if (answer.status === "failed") {
    return insertMessages(transaction, [{ ...answer, replaced_by: others.at(-1) ?? null }], follows);
  }
  await insertMessages(transaction, [answer], follows);
  if (others.length === 0) return;
  await transaction.updateTable("chat_messages").set({ replaced_by: answer.id }).where("id", "in", others).execute();
}

/** What stands as the answer to a question now: what stood there before, unless it was replaced, and what came since. */
async function findAnswers(
  transaction: Kysely<Tables>,
  questionId: string,
  before: readonly string[],
): Promise<string[]> {
  const rows = await transaction
    .selectFrom("chat_messages")
    .innerJoin("chat_messages as question", "question.conversation_id", "chat_messages.conversation_id")
    .select("chat_messages.id")
    .where("question.id", "=", questionId)
    .where("chat_messages.role", "=", "assistant")
    .where("chat_messages.replaced_by", "is", null)
    .where(
      sql<boolean>`(chat_messages.exchange = question.exchange and chat_messages.sequence > question.sequence
        or chat_messages.id = any(${before}::uuid[]))`,
    )
    .orderBy("chat_messages.sequence")
    .execute();
  return rows.map(({ id }) => id);
}
