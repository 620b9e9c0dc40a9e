import type { LoggedEvent } from "./logged-event.ts";
import type { StreamWriter } from "./stream-writer.ts";

/** The events of a stream of this process, as they come, until it is over or nobody reads any more. */
export async function* followWriter(
  writer: Pick<StreamWriter, "after" | "isOver" | "waitForMore">,
  { after, signal }: { readonly after: number; readonly signal: AbortSignal },
): AsyncGenerator<LoggedEvent, void, undefined> {
  let last = after;
  while (!signal.aborted) {
    const isOver = writer.isOver;
    for (const event of writer.after(last)) {
      yield event;
      last = event.sequence;
    }
    if (isOver) return;
    await writer.waitForMore(last, signal);
  }
}
