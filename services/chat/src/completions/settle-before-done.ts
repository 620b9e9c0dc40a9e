// The second half of a line ending that was cut in two may stand before the field.
const done = /^\s*data: ?\[DONE\]/;
const doneWithin = 16;

/** Runs `settle` just before the event that ends the stream. Expects events whole, as the transforms before give them. */
export async function* settleBeforeDone(
  source: AsyncIterable<Uint8Array>,
  settle: () => Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of source) {
    if (isDone(bytes)) await settle();
    yield bytes;
  }
}

function isDone(bytes: Uint8Array): boolean {
  return done.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, doneWithin)).toString("latin1"),
  );
}
