const encoder = new TextEncoder();
const decoder = new TextDecoder();
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

function describeFinish(bytes: Uint8Array, describe: () => object): Uint8Array {
  const json = /^data: ?(?<json>\{.*\})\s*$/s.exec(decoder.decode(bytes))?.groups?.["json"];
  if (json === undefined) return bytes;
  const chunk = JSON.parse(json) as { readonly choices?: readonly { readonly finish_reason?: unknown }[] };
  const isFinish = chunk.choices?.some(({ finish_reason }) => typeof finish_reason === "string") ?? false;
  return isFinish ? encoder.encode(`data: ${JSON.stringify({ ...chunk, _metadata: describe() })}\n\n`) : bytes;
}
