import { toStreamResponse } from "../completions/to-stream-response.ts";
import { type LoggedEvent, numberFrame } from "./logged-event.ts";
import type { StreamLog } from "./stream-log.ts";

/** Tells the client what to ask for when it has lost the connection. */
const streamHeader = "x-stream-id";

interface Reader {
  readonly id: string;
  readonly userId: string;
  readonly after: number;
  /** The reader's connection; the answer goes on without it. */
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The events of a kept answer for one reader, each with its number. */
export function followResponse(streams: StreamLog, { id, userId, after, signal, headers }: Reader): Response {
  const gone = new AbortController();
  const events = streams.follow({ id, userId, after, signal: AbortSignal.any([signal, gone.signal]) });
  return toStreamResponse(encodeNumbered(events), {
    onCancel: () => gone.abort(),
    headers: { ...headers, [streamHeader]: id },
  });
}

const encoder = new TextEncoder();

async function* encodeNumbered(events: AsyncIterable<LoggedEvent>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const event of events) yield encoder.encode(numberFrame(event));
}
