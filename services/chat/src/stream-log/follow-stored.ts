import { GaiaError, notFound } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { errorBody } from "@gaia/kit/render-error";
import type { Kysely } from "kysely";
import type { LoggedEvent } from "./logged-event.ts";
import { type Batch, endSilentStream, findStream, readBatches, type StreamState } from "./stream-repository.ts";
import type { StreamWakeups } from "./stream-wakeups.ts";

interface Following {
  readonly id: string;
  readonly userId: string;
  /** The last event that the reader has; 0 for none. */
  readonly after: number;
  readonly signal: AbortSignal;
}

const pollMs = 500;
// Four missed beats; with the poll, a follower of a dead generator knows within five seconds.
const deadAfterMs = 4_000;

/**
 * The events of a stream that another process generates or that is over, from the database. A generator that went
 * silent is taken for dead: the stream ends with an error event then.
 */
export async function* followStored(
  { kysely, wakeups }: { readonly kysely: Kysely<Tables>; readonly wakeups: StreamWakeups },
  { id, userId, after, signal }: Following,
): AsyncGenerator<LoggedEvent, void, undefined> {
  let last = after;
  while (!signal.aborted) {
    // Looked at first: what is over then has no event that the following read would not find.
    const state = await findStream(kysely, { id, userId });
    if (state === undefined) throw notFound("stream", id);
    for await (const event of readAfter(kysely, id, last)) {
      yield event;
      last = event.sequence;
    }
    if (state.status !== "running") {
      if (state.errorCode === "INTERRUPTED") yield interruption(state, last);
      return;
    }
    const isDead = state.silentMs > deadAfterMs && (await endSilentStream(kysely, id, deadAfterMs));
    if (!isDead) await wakeups.wait(id, pollMs, signal);
  }
}

async function* readAfter(
  kysely: Kysely<Tables>,
  id: string,
  after: number,
): AsyncGenerator<LoggedEvent, void, undefined> {
  let last = after;
  for (;;) {
    const batches = await readBatches(kysely, id, last);
    if (batches.length === 0) return;
    for (const event of batches.flatMap(toEvents).filter(({ sequence }) => sequence > after)) {
      yield event;
      last = event.sequence;
    }
  }
}

function toEvents({ firstSequence, frames }: Batch): LoggedEvent[] {
  return frames.map((frame, index) => ({ sequence: firstSequence + index, frame }));
}

function interruption({ dialect, requestId }: StreamState, last: number): LoggedEvent {
  const error = new GaiaError("UPSTREAM_FAILED", "The answer broke off: the process that made it is gone", {
    reason: "stream.interrupted",
  });
  const name = dialect === "anthropic" ? "event: error\n" : "";
  const body = errorBody(error, dialectOf(dialect), requestId ?? "unknown");
  return { sequence: last + 1, frame: `${name}data: ${JSON.stringify(body)}\n\n` };
}

function dialectOf(stored: string): "gaia" | "openai" | "anthropic" {
  return stored === "openai" || stored === "anthropic" ? stored : "gaia";
}
