import type { Message, RawMessageStreamEvent } from "@anthropic-ai/sdk/resources/messages";

export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the call succeeded");
}

/** The events' kinds with the block they are of; several in a row count once. */
export function orderOf(events: readonly RawMessageStreamEvent[]): string[] {
  const steps = events.map((event) => ("index" in event ? `${event.type} ${event.index}` : event.type));
  return steps.filter((step, index) => step !== steps[index - 1]);
}

export function textOf(events: readonly RawMessageStreamEvent[]): string {
  return events
    .map((event) => (event.type === "content_block_delta" && event.delta.type === "text_delta" ? event.delta.text : ""))
    .join("");
}

export function wordsOf({ content }: Message): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

export function callsOf({ content }: Message): unknown[] {
  return content.flatMap((block) =>
    block.type === "tool_use" ? [{ id: block.id, name: block.name, input: block.input }] : [],
  );
}

/** What an answer says, without what differs from one call to the next. */
export function answerOf({ content, model, stop_reason, stop_sequence, usage }: Message): unknown {
  // The package adds to a text what the stream had no word for.
  const blocks = content.map((block) => JSON.parse(JSON.stringify(block)) as unknown);
  return { blocks, model, stop_reason, stop_sequence, input: usage.input_tokens, output: usage.output_tokens };
}
