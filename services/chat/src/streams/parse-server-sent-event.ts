/** One event of a stream, with the very bytes it came as. */
export interface ServerSentEvent {
  /** With the blank line that ends the event. */
  readonly raw: Uint8Array;
  /** `null` for a comment or a blank line. */
  readonly data: string | null;
  readonly event: string | null;
  readonly id: string | null;
}

// Removes a byte order mark, which a stream may begin with.
const decoder = new TextDecoder();

export function parseServerSentEvent(raw: Uint8Array): ServerSentEvent {
  const text = decoder.decode(raw);
  const data = soleDataOf(text);
  return data === undefined ? parseLines(raw, text) : { raw, data, event: null, id: null };
}

// Nearly every event of a model's stream is one `data: ` line.
function soleDataOf(text: string): string | undefined {
  if (!text.startsWith("data: ")) return undefined;
  const end = text.indexOf("\n");
  return end === text.length - 2 && text.charCodeAt(end - 1) !== 13 ? text.slice(6, end) : undefined;
}

function parseLines(raw: Uint8Array, text: string): ServerSentEvent {
  let data: string | null = null;
  let event: string | null = null;
  let id: string | null = null;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") data = data === null ? value : `${data}\n${value}`;
    else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  }
  return { raw, data, event, id };
}
