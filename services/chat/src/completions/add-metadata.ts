import { encodeEvent } from "../streams/chunks-to-events.ts";
import { joinBytes } from "../streams/join-bytes.ts";
import type { ServerSentEvent } from "../streams/parse-server-sent-event.ts";
import { EventSplitter } from "../streams/split-server-sent-events.ts";

const finishMark = Buffer.from('"finish_reason"');

/** Puts Gaia's `_metadata` on the chunk that carries the finish reason; all other events pass as they are. */
export async function* addMetadata(
  source: AsyncIterable<Uint8Array>,
  describe: () => object,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of source) yield mayFinish(bytes) ? describeFinish(bytes, describe) : bytes;
}

function mayFinish(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(finishMark);
}

// A piece is whole events, as the transforms before give them.
function describeFinish(bytes: Uint8Array, describe: () => object): Uint8Array {
  return joinBytes(new EventSplitter().take(bytes).map((event) => describeEvent(event, describe)));
}

function describeEvent({ raw, data }: ServerSentEvent, describe: () => object): Uint8Array {
  if (!data?.startsWith("{")) return raw;
  const chunk = JSON.parse(data) as { readonly choices?: readonly { readonly finish_reason?: unknown }[] };
  const isFinish = chunk.choices?.some(({ finish_reason }) => typeof finish_reason === "string") ?? false;
  return isFinish ? encodeEvent(JSON.stringify({ ...chunk, _metadata: describe() })) : raw;
}
