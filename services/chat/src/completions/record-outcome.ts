import { chat, type ChatMessageEvent } from "@gaia/contracts";
import { appendEvent } from "@gaia/db";
import { logOutcome } from "@gaia/kit/binding";
import { type MessageRow, storable, touchConversation } from "../conversations/conversation-repository.ts";
import { shorten } from "../conversations/shorten.ts";
import { storeAnswer } from "../conversations/store-answer.ts";
import { summarizeConversation } from "../conversations/summaries/summarize-conversation.ts";
import type { ChatDeps } from "../deps.ts";
import { spentTokens } from "../limits/spent-tokens.ts";
import type { UsageRow } from "../usage/usage-row.ts";
import type { Exchange } from "./exchange.ts";
import { exchangeToUsageRow } from "./exchange-to-usage-row.ts";
import type { Outcome } from "./outcome.ts";

const previewLength = 100;

export type RecordDeps = Pick<ChatDeps, "kysely" | "transport" | "usage" | "background" | "stopping" | "now">;

/**
 * Keeps what happened: in a conversation the answer, its usage and its event are one transaction; elsewhere usage goes
 * to the recorder. Writes the wide event either way.
 */
export async function recordOutcome(deps: RecordDeps, exchange: Exchange, outcome: Outcome): Promise<void> {
  await exchange.tokens.settle(spentTokens(outcome, exchange.tokens.question));
  const row = exchangeToUsageRow(exchange, outcome);
  const payload = eventPayload(deps, exchange, outcome);
  const event = outcome.error === undefined ? chat.chatMessageCompleted : chat.chatMessageFailed;
  logExchange(exchange, outcome, row);
  if (exchange.conversationId === null) {
    deps.usage.record(row);
    deps.transport.publish(event, payload);
    return;
  }
  const { conversationId, context } = exchange;
  const store = deps.kysely.transaction().execute(async (transaction) => {
    // Who erased the conversation meanwhile wants no answer in it, but has had one.
    if (await touchConversation(transaction, conversationId, previewOf(outcome.text))) {
      await storeAnswer(transaction, messageRow(exchange, conversationId, outcome), exchange.place);
    }
    await transaction.insertInto("usage_records").values(row).execute();
    await appendEvent(transaction, event, { payload, requestId: context.requestId });
  });
  await store.catch((error: unknown) => {
    // The tokens were spent, whether or not the answer could be kept.
    deps.usage.record(row);
    throw error;
  });
  if (outcome.error === undefined) {
    deps.background.run("summarize conversation", summarizeConversation(deps, exchange));
  }
}

/** Tells listeners that a model begins to answer. */
export function announceStart(deps: Pick<ChatDeps, "transport" | "now">, exchange: Exchange): void {
  const nothingYet: Outcome = { text: "", toolCalls: [], usage: undefined, firstTokenMs: null };
  const payload = eventPayload(deps, exchange, nothingYet);
  deps.transport.publish(chat.chatMessageStarted, { ...payload, status: "started" });
}

function messageRow(
  exchange: Exchange,
  conversationId: string,
  { text, toolCalls, usage, error }: Outcome,
): MessageRow & { readonly id: string } {
  const { card } = exchange.resolved;
  return {
    id: exchange.messageId,
    user_id: exchange.caller.userId,
    conversation_id: conversationId,
    role: "assistant",
    content: text,
    model: card.id,
    provider: card.provider,
    tokens_used: usage?.total_tokens ?? null,
    input_tokens: usage?.input_tokens ?? null,
    output_tokens: usage?.output_tokens ?? null,
    status: error === undefined ? "complete" : text === "" ? "failed" : "partial",
    error_code: error?.code ?? null,
    request_id: exchange.context.requestId,
    persona_id: exchange.personaId,
    tool_calls: toolCalls.length === 0 ? null : JSON.stringify(toolCalls, storableValue),
  };
}

function storableValue(_name: string, value: unknown): unknown {
  return typeof value === "string" ? storable(value) : value;
}

function eventPayload({ now }: Pick<ChatDeps, "now">, exchange: Exchange, { usage, error }: Outcome): ChatMessageEvent {
  const { card } = exchange.resolved;
  const failedStatus = error?.code === "CANCELLED" ? "cancelled" : "failed";
  return {
    message_id: exchange.messageId,
    user_id: exchange.caller.userId,
    persona_id: exchange.personaId,
    status: error === undefined ? "complete" : failedStatus,
    timestamp: now().toISOString(),
    details: {
      request_id: exchange.context.requestId,
      conversation_id: exchange.conversationId,
      model: card.id,
      provider: card.provider,
      input_tokens: usage?.input_tokens ?? null,
      output_tokens: usage?.output_tokens ?? null,
      error_code: error?.code ?? null,
    },
  };
}

function logExchange(exchange: Exchange, { error }: Outcome, row: UsageRow): void {
  const { contract, context, started, conversationId } = exchange;
  logOutcome(context.log, {
    contract,
    caller: context,
    started,
    ...(error === undefined ? {} : { error }),
    fields: {
      provider: row.provider,
      model: row.model,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      firstTokenMs: row.first_token_ms,
      stream: exchange.request.stream === true,
      conversationId: conversationId ?? undefined,
    },
  });
}

function previewOf(text: string): string | null {
  if (text === "") return null;
  return shorten(text, previewLength);
}
