import type { GaiaError, Usage } from "@gaia/contracts";
import { type ModelCard, priceOf } from "@gaia/providers";
import { storable } from "../conversations/conversation-repository.ts";
import type { UsageRow } from "../usage/usage-row.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";

/** One row of usage: who, what, how many tokens, what it cost at which day's price. Unknown stays null. */
export function exchangeToUsageRow(exchange: Exchange, { usage, firstTokenMs, error }: Outcome): UsageRow {
  const { card, requestedName } = exchange.resolved;
  return {
    request_id: exchange.context.requestId,
    user_id: exchange.caller.userId,
    api_key_id: exchange.caller.apiKeyId,
    service: "chat",
    operation: exchange.contract.name,
    provider: card.provider,
    model: nameOf(card.id),
    requested_model: nameOf(requestedName),
    ...tokenColumns(usage, card),
    price_as_of: card.price?.asOf ?? null,
    duration_ms: Math.round(performance.now() - exchange.started),
    first_token_ms: firstTokenMs === null ? null : Math.round(firstTokenMs),
    outcome: outcomeName(error),
    error_code: error?.code ?? null,
  };
}

// The caller's word where a server has no model list: half a character would make the whole batch unreadable.
function nameOf(model: string): string {
  return storable(model).toWellFormed();
}

type TokenColumns = Pick<
  UsageRow,
  "input_tokens" | "output_tokens" | "cached_input_tokens" | "reasoning_tokens" | "token_source" | "cost_usd"
>;

function tokenColumns(usage: Usage | undefined, card: ModelCard): TokenColumns {
  if (usage === undefined) return { token_source: "none" };
  const cachedInputTokens = usage.prompt_tokens_details?.cached_tokens ?? undefined;
  const cacheWriteTokens = usage.prompt_tokens_details?.cache_write_tokens ?? undefined;
  return {
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cached_input_tokens: cachedInputTokens ?? null,
    reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? null,
    token_source: "provider",
    cost_usd: priceOf(card, {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      cachedInputTokens,
      cacheWriteTokens,
    }),
  };
}

function outcomeName(error: GaiaError | undefined): "ok" | "cancelled" | "failed" {
  if (error === undefined) return "ok";
  return error.code === "CANCELLED" ? "cancelled" : "failed";
}
