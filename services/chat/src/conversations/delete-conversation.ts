import type { chat, InputOf } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import { identifyCaller } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { conversationNotFound, isConversationId } from "./conversation-id.ts";

/** Deleting once more is no mistake, and what was deleted can still be erased. Who was paid for it stays in the ledger. */
export async function deleteConversation(
  deps: Pick<ChatDeps, "kysely" | "now">,
  context: Context,
  { conversation_id: id, erase }: InputOf<typeof chat.deleteConversation>,
): Promise<Record<string, never>> {
  const { userId } = identifyCaller(context);
  const isGone = isConversationId(id) && (await (erase ? eraseOwn : hideOwn)(deps, context, { id, userId }));
  if (!isGone) throw conversationNotFound(id);
  return {};
}

interface Own {
  readonly id: string;
  readonly userId: string;
}

type DeleteDeps = Pick<ChatDeps, "kysely" | "now">;

async function hideOwn({ kysely }: DeleteDeps, _context: Context, { id, userId }: Own): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable("conversations")
    .set({ is_active: false })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function eraseOwn({ kysely, now }: DeleteDeps, context: Context, { id, userId }: Own): Promise<boolean> {
  return kysely.transaction().execute(async (transaction) => {
    // Messages, summary and logged streams go with it.
    const { numDeletedRows } = await transaction
      .deleteFrom("conversations")
      .where("id", "=", id)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await sql`delete from resource_permissions where resource_id = ${id.toLowerCase()}`.execute(transaction);
    await sql`delete from shared_resources where resource_id = ${id.toLowerCase()}`.execute(transaction);
    const target = { type: "conversation", id: id.toLowerCase() };
    await appendAuditEntry(transaction, context, { action: "conversation.erased", target }, now());
    return true;
  });
}
