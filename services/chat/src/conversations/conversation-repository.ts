import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, sql } from "kysely";
import type { StoredSummary } from "./history/fit-history.ts";
import { untitled } from "./title-from.ts";

export type MessageRow = Omit<Insertable<Tables["chat_messages"]>, "exchange">;

interface TakenConversation {
  readonly id: string;
  readonly userId: string;
  /** For one that was begun without a title. */
  readonly firstTitle?: string;
}

/**
 * Moves the conversation to the top of its owner's list and holds it, so that requests at once come one after the other;
 * `undefined` where the user has none with that id.
 */
export async function takeConversation(
  transaction: Kysely<Tables>,
  { id, userId, firstTitle }: TakenConversation,
): Promise<{ readonly summary: StoredSummary | null } | undefined> {
  const own = sql`from conversation_summaries where conversation_id = conversations.id`;
  const row = await transaction
    .updateTable("conversations")
    .set({
      updated_at: sql`now()`,
      ...(firstTitle === undefined
        ? {}
        : { title: sql<string>`case when title = ${untitled} then ${storable(firstTitle)} else title end` }),
    })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .where("is_active", "is not", false)
    .returning([
      sql<string | null>`(select summary ${own})`.as("text"),
      sql<number | null>`(select covers_until::float8 ${own})`.as("coversUntil"),
    ])
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { text, coversUntil } = row;
  return { summary: text === null || coversUntil === null ? null : { text, coversUntil } };
}

/** Whether the conversation belongs to the user; one that was deleted does until it is erased. */
export async function ownsConversation(kysely: Kysely<Tables>, id: string, userId: string): Promise<boolean> {
  const row = await kysely
    .selectFrom("conversations")
    .select("id")
    .where("id", "=", id)
    .where("user_id", "=", userId)
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

/** `follows` is the stored message whose exchange the new ones belong to; without it they begin one. */
export async function insertMessages(
  kysely: Kysely<Tables>,
  rows: readonly MessageRow[],
  follows: string | null = null,
): Promise<void> {
  const exchange =
    follows === null ? {} : { exchange: sql<string>`(select exchange from chat_messages where id = ${follows})` };
  await kysely
    .insertInto("chat_messages")
    .values(rows.map((row) => ({ ...row, content: storable(row.content), ...exchange })))
    .execute();
}

/** Sets the preview and moves the conversation to the top; false where it was erased. */
export async function touchConversation(kysely: Kysely<Tables>, id: string, preview: string | null): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable("conversations")
    .set({ updated_at: sql`now()`, ...(preview === null ? {} : { preview: storable(preview) }) })
    .where("id", "=", id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** PostgreSQL's text has every character but one. */
export function storable(text: string): string {
  return text.replaceAll("\u0000", "");
}
