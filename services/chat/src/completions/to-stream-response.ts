import { keepAlive } from "../streams/keep-alive.ts";
import { toReadableStream } from "../streams/to-readable-stream.ts";

interface StreamOptions {
  /** The reader went away. */
  readonly onCancel: () => void;
  readonly headers: Readonly<Record<string, string>>;
}

/** Events as an answer that proxies leave alone, kept alive while the model is silent. */
export function toStreamResponse(events: AsyncIterable<Uint8Array>, { onCancel, headers }: StreamOptions): Response {
  const alive = keepAlive(events, { timer: systemTimer });
  return new Response(toReadableStream(alive, { onCancel }), {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
      ...headers,
    },
  });
}

const systemTimer = {
  now: () => performance.now(),
  after(milliseconds: number, callback: () => void) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
