import type { Context } from "@gaia/kit/context";
import { openChatWorld } from "../../testing/open-chat-world.ts";
import { insertMessages, type MessageRow } from "../conversation-repository.ts";

/** A world in which people have conversations with messages in them. */
export async function openConversationsWorld() {
  const world = await openChatWorld();
  let count = 0;
  return {
    async setup(options: Parameters<typeof world.setup>[0] = {}) {
      const base = await world.setup(options);
      const { kysely, context, userId } = base;

      /** Somebody else, as a caller. */
      async function stranger(): Promise<Context> {
        const id = crypto.randomUUID();
        await kysely
          .insertInto("users")
          .values({ id, email: `${id}@example.test` })
          .execute();
        return { ...context, principal: { ...context.principal, userId: id } as Context["principal"] };
      }

      /** A conversation in which user and assistant took turns. */
      async function converse(said: readonly string[], title = "A title", owner = userId): Promise<string> {
        const id = crypto.randomUUID();
        // Each is younger than the one before, also for a clock that counts whole milliseconds.
        const now = new Date(Date.UTC(2026, 0, 1) + (count += 1) * 1000);
        const times = { created_at: now, updated_at: now };
        await kysely
          .insertInto("conversations")
          .values({ id, user_id: owner, title, ...times })
          .execute();
        await say(id, said, owner);
        return id;
      }

      async function say(conversationId: string, said: readonly string[], owner = userId): Promise<void> {
        let question: string | null = null;
        for (const [index, content] of said.entries()) {
          const isQuestion = index % 2 === 0;
          const row = {
            id: crypto.randomUUID(),
            user_id: owner,
            conversation_id: conversationId,
            role: isQuestion ? "user" : "assistant",
            content,
          };
          await insertMessages(kysely, [row], isQuestion ? null : question);
          if (isQuestion) question = row.id;
        }
      }

      const answer = (conversationId: string, more: Partial<MessageRow>, follows: string | null = null) =>
        insertMessages(
          kysely,
          [{ user_id: userId, conversation_id: conversationId, role: "assistant", content: "An answer", ...more }],
          follows,
        );

      return { ...base, stranger, converse, say, answer };
    },
  };
}
