import type { Exchange } from "./exchange.ts";

/** Tells the client where its exchange is stored, also where the dialect has no field for it. */
export function conversationHeaders({ conversationId }: Pick<Exchange, "conversationId">): Record<string, string> {
  return conversationId === null ? {} : { "x-conversation-id": conversationId };
}
