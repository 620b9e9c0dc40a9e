import type { ChatMessage } from "@gaia/contracts";

/** A question with all that came of it: it is given to a model whole or not at all. */
export interface PastExchange {
  readonly number: number;
  readonly messages: readonly ChatMessage[];
}

/** A stored message as far as a model is told of it. */
export interface HistoryRow {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly tool_calls: unknown;
  readonly tool_call_id: string | null;
  readonly exchange: number;
}
