import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, sql } from "kysely";

export interface StoredMessage {
  readonly role: string;
  readonly content: string;
}

export type MessageRow = Insertable<Tables["chat_messages"]>;

/** Whether the conversation exists, is not deleted and belongs to the user. */
export async function ownsConversation(kysely: Kysely<Tables>, id: string, userId: string): Promise<boolean> {
  const row = await kysely
    .selectFrom("conversations")
    .select("id")
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("is_active", "is not", false)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertConversation(
  kysely: Kysely<Tables>,
  conversation: { readonly id: string; readonly userId: string; readonly title: string },
): Promise<void> {
  await kysely
    .insertInto("conversations")
    .values({ id: conversation.id, user_id: conversation.userId, title: storable(conversation.title) })
    .execute();
}

/** The last messages that a model can use as context, oldest first: no failed answers, no tool traffic. */
export async function listRecentMessages(
  kysely: Kysely<Tables>,
  conversationId: string,
  limit: number,
): Promise<StoredMessage[]> {
  const rows = await kysely
    .selectFrom("chat_messages")
    .select(["role", "content"])
    .where("conversation_id", "=", conversationId)
    .where("role", "in", ["user", "assistant"])
    .where(sql<boolean>`coalesce(status, 'complete') <> 'failed'`)
    .where("content", "!=", "")
    .orderBy("created_at", "desc")
    .orderBy("sequence", "desc")
    .limit(limit)
    .execute();
  return rows.toReversed();
}

export async function insertMessages(kysely: Kysely<Tables>, rows: readonly MessageRow[]): Promise<void> {
  await kysely
    .insertInto("chat_messages")
    .values(rows.map((row) => ({ ...row, content: storable(row.content) })))
    .execute();
}

/** Sets the preview and moves the conversation to the top of its owner's list. */
export async function touchConversation(kysely: Kysely<Tables>, id: string, preview: string | null): Promise<void> {
  await kysely
    .updateTable("conversations")
    .set({ updated_at: sql`now()`, ...(preview === null ? {} : { preview: storable(preview) }) })
    .where("id", "=", id)
    .execute();
}

/** PostgreSQL's text has every character but one. */
export function storable(text: string): string {
  return text.replaceAll("\u0000", "");
}
