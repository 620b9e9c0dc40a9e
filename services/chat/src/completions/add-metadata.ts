const encoder = new TextEncoder();
const decoder = new TextDecoder();
const finishMark = encoder.encode('"finish_reason":"');

/** Puts Gaia's `_metadata` on the chunk that carries the finish reason; all other events pass as they are. */
export async function* addMetadata(
  source: AsyncIterable<Uint8Array>,
  describe: () => object,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of source) {
    if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(finishMark) < 0) yield bytes;
    else
      yield encoder.encode(
        decoder.decode(bytes).replace(/^data: ?(\{.*\})\s*$/s, (_event, json: string) => withMetadata(json, describe)),
      );
  }
}

function withMetadata(json: string, describe: () => object): string {
  const chunk: unknown = JSON.parse(json);
  return `data: ${JSON.stringify({ ...(chunk as object), _metadata: describe() })}\n\n`;
}
