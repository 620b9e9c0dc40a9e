const prefixes = ["data: [DONE]", "data:[DONE]"].map((text) => new TextEncoder().encode(text));

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
  return prefixes.some((prefix) => prefix.every((byte, index) => bytes[index] === byte));
}
