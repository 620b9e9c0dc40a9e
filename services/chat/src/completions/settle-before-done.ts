const doneMark = Buffer.from("[DONE]");
// Only the field's name and the second half of a line ending that was cut in two may stand before the mark.
const markWithin = 16;

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
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, markWithin));
  return head.includes(doneMark);
}
