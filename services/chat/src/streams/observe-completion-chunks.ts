import { GaiaError } from "@gaia/contracts";
import * as z from "zod";
import type { AnswerAccumulator } from "./answer-accumulator.ts";
import { encodeEvent } from "./chunks-to-events.ts";
import { ContentTemplate } from "./content-template.ts";
import type { ServerSentEvent } from "./parse-server-sent-event.ts";
import { readUpstreamChunk } from "./read-upstream-chunk.ts";

export interface ObserveOptions {
  /** Learns what passes by. */
  readonly answer: AnswerAccumulator;
  /** The caller's own `stream_options.include_usage`. Without it the chunk that only carries usage is kept back. */
  readonly includeUsage: boolean;
  /** Puts `input_tokens` and `output_tokens` beside OpenAI's names. */
  readonly addTokenNames: boolean;
}

/**
 * The tap of the pass-through path: events of an OpenAI stream go on as the bytes they came as, and `[DONE]` comes once
 * and last. Throws when the stream carries an error, is unreadable or ends early; whatever was good has gone on by then.
 */
export async function* observeCompletionChunks(
  source: AsyncIterable<ServerSentEvent>,
  options: ObserveOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const template = new ContentTemplate();
  let isDone = false;
  for await (const event of source) {
    // Reading on to the end lets the connection to the provider be used again.
    if (isDone) continue;
    if (event.data?.startsWith("[DONE]")) {
      isDone = true;
      requireEnd(options.answer);
      yield event.raw;
      continue;
    }
    const bytes = event.data === null ? event.raw : observe(event, event.data, { ...options, template });
    if (bytes !== undefined) yield bytes;
  }
  if (isDone) return;
  requireEnd(options.answer);
  yield encodeEvent("[DONE]");
}

function observe(
  event: ServerSentEvent,
  data: string,
  { answer, template, includeUsage, addTokenNames }: ObserveOptions & { readonly template: ContentTemplate },
): Uint8Array | undefined {
  const text = template.textOf(data);
  if (text !== undefined) {
    answer.addText(text);
    return event.raw;
  }
  const chunk = readUpstreamChunk(event);
  answer.add(chunk);
  template.learn(data, chunk);
  if (!chunk.usage) return event.raw;
  if (!includeUsage) return chunk.choices.length === 0 ? undefined : event.raw;
  return addTokenNames ? encodeEvent(withTokenNames(data)) : event.raw;
}

const ChunkWithUsage = z.looseObject({
  usage: z.looseObject({ prompt_tokens: z.int(), completion_tokens: z.int().default(0) }),
});

function withTokenNames(data: string): string {
  const { usage, ...chunk } = ChunkWithUsage.parse(JSON.parse(data));
  const names = { input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens };
  return JSON.stringify({ ...chunk, usage: { ...usage, ...names } });
}

// Some compatible servers forget `[DONE]`, but an answer without a finish reason was cut off.
function requireEnd({ finishReason }: AnswerAccumulator): void {
  if (finishReason !== undefined) return;
  throw new GaiaError("UPSTREAM_FAILED", "The model provider broke off its answer", {
    reason: "provider.stream_interrupted",
  });
}
