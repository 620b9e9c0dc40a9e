import { through } from "../streams/through.ts";

// The second half of a line ending that was cut in two may stand before the field.
const done = /^\s*(?:data: ?\[DONE\]|event: ?message_stop)/;
const doneWithin = 24;

/**
 * Runs `settle` just before the event that ends the stream, in either vendor's dialect. Expects whole events, and that
 * one alone, as the transforms before give them.
 */
export function settleBeforeDone(
  source: AsyncIterable<Uint8Array>,
  settle: () => Promise<void>,
): AsyncIterableIterator<Uint8Array> {
  return through(source, (iterator) => {
    const settleFirst = async (result: IteratorResult<Uint8Array, unknown>) => {
      try {
        await settle();
        return result;
      } catch (error) {
        await iterator.return?.();
        throw error;
      }
    };
    return iterator
      .next()
      .then((result) => (result.done !== true && isDone(result.value) ? settleFirst(result) : result));
  });
}

function isDone(bytes: Uint8Array): boolean {
  return done.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, doneWithin)).toString("latin1"),
  );
}
