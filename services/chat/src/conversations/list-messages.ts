import { chat, type ConversationMessage, type InputOf, type OutputOf } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { type Kysely, type Selectable, sql } from "kysely";
import * as z from "zod";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { numberKey } from "../pages/cursor-keys.ts";
import { conversationNotFound, isConversationId } from "./conversation-id.ts";
import { ownsConversation } from "./conversation-repository.ts";

const maximumSize = 8_000_000;

/** Answers that others replaced are not told. What was deleted can be read until it is erased. */
export async function listMessages(
  { kysely }: Pick<ChatDeps, "kysely">,
  context: Context,
  input: InputOf<typeof chat.listConversationMessages>,
): Promise<OutputOf<typeof chat.listConversationMessages>> {
  const { conversation_id: id, limit, order } = input;
  const { userId } = identifyCaller(context);
  if (!isConversationId(id) || !(await ownsConversation(kysely, id, userId))) throw conversationNotFound(id);
  const after = readCursor(numberKey, input.cursor);
  const isBeyond = (cursor: readonly [string, string]) =>
    order === "asc"
      ? sql<boolean>`(exchange, sequence) > (${cursor[0]}::bigint, ${cursor[1]}::bigint)`
      : sql<boolean>`(exchange, sequence) < (${cursor[0]}::bigint, ${cursor[1]}::bigint)`;
  const found = await selectMessages(kysely, id)
    .$if(after !== null, (query) => (after === null ? query : query.where(isBeyond(after))))
    .orderBy("exchange", order)
    .orderBy("sequence", order)
    .limit(limit + 1)
    .execute();
  const keyOf = ({ exchange, sequence }: MessageRow) => `${exchange}/${sequence}`;
  const { rows, next_cursor } = cutPage(found, limit, keyOf, maximumSize);
  return { messages: rows.map(rowToMessage), next_cursor };
}

const columns = [
  "id",
  "role",
  "content",
  "model",
  "provider",
  "tokens_used",
  "created_at",
  "status",
  "error_code",
  "persona_id",
  "tool_calls",
  "tool_call_id",
  "exchange",
  "sequence",
] as const satisfies readonly (keyof Tables["chat_messages"])[];

type MessageRow = Pick<Selectable<Tables["chat_messages"]>, (typeof columns)[number]>;

function selectMessages(kysely: Kysely<Tables>, conversationId: string) {
  return kysely
    .selectFrom("chat_messages")
    .select(columns)
    .where("conversation_id", "=", conversationId)
    .where("replaced_by", "is", null);
}

// Whoever else wrote to the table may have had other words and other forms.
const Status = chat.ConversationMessage.shape.status.catch("complete");
const ToolCalls = z.nullable(chat.ConversationMessage.shape.tool_calls).catch(null);

function rowToMessage(row: MessageRow): ConversationMessage {
  return {
    id: row.id,
    role: row.role,
    content: row.content,
    model: row.model,
    provider: row.provider,
    tokens_used: row.tokens_used,
    created_at: (row.created_at ?? new Date(0)).toISOString(),
    status: Status.parse(row.status),
    error_code: row.error_code,
    persona_id: row.persona_id,
    tool_calls: ToolCalls.parse(row.tool_calls),
    tool_call_id: row.tool_call_id,
  };
}
