import type { Conversation } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import { momentOf } from "../pages/moment-of.ts";

// The original's rows may have no time, and whole answers as previews.
const updatedAt = sql`coalesce(conversations.updated_at, conversations.created_at, timestamp 'epoch')`;
const previewLength = 200;

/** Somebody's conversations that are not deleted, last used first. */
export function selectConversations(kysely: Kysely<Tables>, userId: string) {
  return kysely
    .selectFrom("conversations")
    .select([
      "conversations.id",
      "conversations.title",
      sql<string>`coalesce(left(conversations.preview, ${previewLength}), '')`.as("preview"),
      sql<Date>`coalesce(conversations.created_at, timestamp 'epoch')`.as("created_at"),
      sql<Date>`${updatedAt}`.as("updated_at"),
      momentOf(updatedAt).as("moment"),
    ])
    .where("conversations.user_id", "=", userId)
    .where("conversations.is_active", "is not", false)
    .orderBy(updatedAt, "desc")
    .orderBy("conversations.id", "desc");
}

/** Whether a conversation comes after the one that the page before ended with. */
export function isAfter([moment, id]: readonly [string, string]) {
  return sql<boolean>`(${updatedAt}, conversations.id) < (${moment}::timestamp, ${id}::uuid)`;
}

export interface ConversationRow {
  readonly id: string;
  readonly title: string;
  readonly preview: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly moment: string;
}

export function cursorOf({ moment, id }: Pick<ConversationRow, "moment" | "id">): string {
  return `${moment}/${id}`;
}

export function rowToConversation(row: Omit<ConversationRow, "moment">): Conversation {
  return {
    id: row.id,
    title: row.title,
    preview: row.preview,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
