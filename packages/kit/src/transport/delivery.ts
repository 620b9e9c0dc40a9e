import type { Event } from "@gaia/contracts";
import type { Log } from "../log.ts";

/** Hands one received event to one subscriber. Never rejects: what does not fit or fails is logged and skipped. */
export async function deliver(
  event: Event,
  handle: (payload: never) => void | Promise<void>,
  received: unknown,
  log: Log,
): Promise<void> {
  const payload = event.payload.safeParse(received);
  if (!payload.success) return log.warn({ subject: event.subject, error: payload.error }, "an event was skipped");
  try {
    await handle(payload.data as never);
  } catch (error) {
    log.error({ subject: event.subject, error }, "a subscriber failed");
  }
}
