import { GaiaError } from "@gaia/contracts";
import * as z from "zod";
import type { AnswerAccumulator } from "./answer-accumulator.ts";
import { encodeEvent } from "./chunks-to-events.ts";
import { ContentTemplate } from "./content-template.ts";
import { joinBytes } from "./join-bytes.ts";
import type { ServerSentEvent } from "./parse-server-sent-event.ts";
import { readUpstreamChunk } from "./read-upstream-chunk.ts";
import { EventSplitter } from "./split-server-sent-events.ts";

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
  source: AsyncIterable<Uint8Array>,
  options: ObserveOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const splitter = new EventSplitter();
  const tap = new CompletionTap(options);
  for await (const bytes of source) {
    for (const piece of tap.pass(splitter.take(bytes))) yield piece;
  }
  for (const piece of tap.pass(splitter.end())) yield piece;
  if (tap.isDone) return;
  requireEnd(options.answer);
  yield encodeEvent("[DONE]");
}

class CompletionTap {
  /** Afterwards nothing passes; reading on to the end lets the connection to the provider be used again. */
  isDone = false;
  private readonly template = new ContentTemplate();
  private readonly options: ObserveOptions;

  constructor(options: ObserveOptions) {
    this.options = options;
  }

  /** What came together goes on together, but for `[DONE]`: the last words must not wait for what is done before it. */
  *pass(events: readonly ServerSentEvent[]): Generator<Uint8Array, void, undefined> {
    const together: Uint8Array[] = [];
    let done: Uint8Array | undefined;
    try {
      done = this.observeAll(events, together);
    } finally {
      if (together.length > 0) yield joinBytes(together);
    }
    if (done !== undefined) yield done;
  }

  /** Collects what goes on; the result is `[DONE]` where it was among the events. */
  private observeAll(events: readonly ServerSentEvent[], together: Uint8Array[]): Uint8Array | undefined {
    for (const event of events) {
      if (this.isDone) return undefined;
      if (event.data?.startsWith("[DONE]")) {
        this.isDone = true;
        requireEnd(this.options.answer);
        return event.raw;
      }
      const bytes = event.data === null ? event.raw : this.observe(event, event.data);
      if (bytes !== undefined) together.push(bytes);
    }
    return undefined;
  }

  private observe(event: ServerSentEvent, data: string): Uint8Array | undefined {
    const { answer, includeUsage, addTokenNames } = this.options;
    const text = this.template.textOf(data);
    if (text !== undefined) {
      answer.addText(text);
      return event.raw;
    }
    const chunk = readUpstreamChunk(event);
    answer.add(chunk);
    this.template.learn(data, chunk);
    if (!chunk.usage) return event.raw;
    if (!includeUsage) return chunk.choices.length === 0 ? undefined : event.raw;
    return addTokenNames ? encodeEvent(withTokenNames(data)) : event.raw;
  }
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
