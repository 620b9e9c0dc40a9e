import { GaiaError } from "@gaia/contracts";
import { EventBoundaries } from "./event-boundaries.ts";
import { parseServerSentEvent, type ServerSentEvent } from "./parse-server-sent-event.ts";

const largestEvent = 16 * 1024 * 1024;
const eventEnd = new Uint8Array([10, 10]);

/**
 * Events as soon as their last byte is there, wherever the network cut them. A last event without its blank line is
 * given too, and its `raw` gets the blank line: some servers end so, and whoever reads on decides whether it is whole.
 */
export async function* splitServerSentEvents(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const boundaries = new EventBoundaries();
  let held: Uint8Array[] = [];
  let heldLength = 0;
  for await (const bytes of source) {
    let start = 0;
    let end = boundaries.nextEnd(bytes, start);
    while (end !== -1) {
      held.push(bytes.subarray(start, end));
      yield parseServerSentEvent(join(held));
      held = [];
      heldLength = 0;
      start = end;
      end = boundaries.nextEnd(bytes, start);
    }
    if (start === bytes.length) continue;
    held.push(bytes.subarray(start));
    heldLength += bytes.length - start;
    if (heldLength > largestEvent) throw tooLarge();
  }
  if (held.length === 0) return;
  held.push(eventEnd);
  const last = parseServerSentEvent(join(held));
  if (last.data !== null) yield last;
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}

function tooLarge(): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The model provider sent an event that is too large", {
    reason: "provider.unexpected_answer",
  });
}
