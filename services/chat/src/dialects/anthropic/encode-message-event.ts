const encoder = new TextEncoder();

/** Anthropic's framing: the event's name is its type. */
export function encodeMessageEvent(event: { readonly type: string }): Uint8Array {
  return encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}
