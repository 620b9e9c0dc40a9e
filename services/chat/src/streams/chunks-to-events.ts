import type { ChatCompletionChunk } from "@gaia/contracts";

const encoder = new TextEncoder();

/** OpenAI's framing, with `[DONE]` after a source that ended well. */
export async function* chunksToEvents(
  source: AsyncIterable<ChatCompletionChunk>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) yield encodeEvent(JSON.stringify(chunk));
  yield encodeEvent("[DONE]");
}

export function encodeEvent(data: string): Uint8Array {
  return encoder.encode(`data: ${data}\n\n`);
}
