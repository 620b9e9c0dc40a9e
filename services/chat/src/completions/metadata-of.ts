import type { Exchange } from "./exchange.ts";

/** What `/api/v1/chat` always told beside the answer. There is one engine, so the route is always direct. */
export function metadataOf({ conversationId, context, started, prepared }: Exchange): Record<string, unknown> {
  const now = performance.now();
  return {
    route_type: "direct",
    routing_time_ms: Math.round(prepared - started),
    llm_time_ms: Math.round(now - prepared),
    total_time_ms: Math.round(now - started),
    request_id: context.requestId,
    conversation_id: conversationId,
  };
}
