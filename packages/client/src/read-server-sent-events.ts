/**
 * The data of each event of a stream, wherever the network cut its bytes. An event that the end of the stream cuts off
 * is dropped. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readServerSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let data: string[] = [];
  for await (const line of readLines(body)) {
    if (line === "") {
      if (data.length > 0) yield data.join("\n");
      data = [];
    } else if (line === "data" || line.startsWith("data:")) {
      data.push(line.slice("data:".length).replace(/^ /, ""));
    }
  }
}

/** Lines end with LF, CR LF or CR; what follows the last end is not a line yet. */
async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let isAfterCarriageReturn = false;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      let text = decoder.decode(read.value, { stream: true });
      if (text === "") continue;
      // A CR at the end of the last piece has ended its line already, so that no event waits for the next piece.
      if (isAfterCarriageReturn && text.startsWith("\n")) text = text.slice(1);
      isAfterCarriageReturn = text === "" ? false : text.endsWith("\r");
      const lines = (rest + text).split(/\r\n|\n|\r/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    // Ends the connection when the reader stops before the stream does; after its end it does nothing.
    await reader.cancel().catch(() => undefined);
  }
}
