import type { Event, PayloadOf } from "@gaia/contracts";
import type { Kysely } from "kysely";
import type { Tables } from "../tables.gen.ts";

/**
 * Stores an event in the caller's transaction, so that it exists exactly when the change it tells of does. The relay
 * publishes it after the commit.
 */
export async function appendEvent<T extends Event>(
  transaction: Kysely<Tables>,
  event: T,
  content: { readonly payload: PayloadOf<T>; readonly requestId: string | null },
): Promise<void> {
  const payload = JSON.stringify(event.payload.parse(content.payload));
  await transaction
    .insertInto("event_outbox")
    .values({ subject: event.subject, payload, request_id: content.requestId })
    .execute();
}
