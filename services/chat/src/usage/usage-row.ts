import type { Tables } from "@gaia/db";
import type { Insertable } from "kysely";

/** What is known of one answer; the database gives each row its id and its moment. */
export type UsageRow = Omit<Insertable<Tables["usage_records"]>, "id" | "created_at">;

/** All columns that a row may have. */
export const usageColumns = [
  "request_id",
  "user_id",
  "api_key_id",
  "service",
  "operation",
  "provider",
  "model",
  "requested_model",
  "input_tokens",
  "output_tokens",
  "cached_input_tokens",
  "reasoning_tokens",
  "token_source",
  "cost_usd",
  "price_as_of",
  "duration_ms",
  "first_token_ms",
  "outcome",
  "error_code",
] as const satisfies readonly (keyof UsageRow)[];
