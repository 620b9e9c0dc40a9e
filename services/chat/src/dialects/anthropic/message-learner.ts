import { type FinishReason, MessageUsage, type Usage } from "@gaia/contracts";
import * as z from "zod";
import type { AnswerAccumulator } from "../../streams/answer-accumulator.ts";
import { usageFromAnthropic } from "./usage-from-anthropic.ts";

/** An event as it is on the wire: its type is certain, and nothing else. */
export interface RawMessageEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

// What comes of a kind we do not know has no text for us.
const Text = z.string().optional().catch(undefined);
const BlockStart = z.object({
  index: z.int(),
  content_block: z.object({ type: z.string(), id: Text, name: Text, text: Text, thinking: Text }),
});
const BlockDelta = z.object({
  index: z.int(),
  delta: z.object({ text: Text, thinking: Text, partial_json: Text }),
});
const PartialUsage = MessageUsage.partial();
const Start = z.object({ message: z.object({ usage: PartialUsage.optional() }) });
const End = z.object({
  delta: z.object({ stop_reason: z.string().nullish() }),
  usage: PartialUsage.nullish(),
});

const finishReasons: Readonly<Record<string, FinishReason>> = {
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** Adds the events of an answer in Anthropic's dialect to what is known of it. Throws on one that is malformed. */
export class MessageLearner {
  private counts: z.infer<typeof PartialUsage> = {};
  private readonly answer: AnswerAccumulator;

  constructor(answer: AnswerAccumulator) {
    this.answer = answer;
  }

  /** What the events have counted until now. */
  get usage(): Usage {
    return usageFromAnthropic({
      ...this.counts,
      input_tokens: this.counts.input_tokens ?? 0,
      output_tokens: this.counts.output_tokens ?? 0,
    });
  }

  learn(event: RawMessageEvent): void {
    switch (event.type) {
      case "content_block_delta":
        return this.learnDelta(BlockDelta.parse(event));
      case "content_block_start":
        return this.learnBlock(BlockStart.parse(event));
      case "message_start":
        return this.count(Start.parse(event).message.usage);
      case "message_delta":
        return this.learnEnd(End.parse(event));
      default:
        return undefined;
    }
  }

  private learnDelta({ index, delta: { text, thinking, partial_json } }: z.infer<typeof BlockDelta>): void {
    if (text !== undefined) this.answer.addText(text);
    if (thinking !== undefined) this.add({ reasoning_content: thinking });
    if (partial_json !== undefined) this.add({ tool_calls: [{ index, function: { arguments: partial_json } }] });
  }

  private learnBlock({ index, content_block }: z.infer<typeof BlockStart>): void {
    const { type, id, name, text, thinking } = content_block;
    if (type === "tool_use") return this.add({ tool_calls: [{ index, id, function: { name } }] });
    if (text) this.answer.addText(text);
    if (thinking) this.add({ reasoning_content: thinking });
  }

  private learnEnd({ delta, usage }: z.infer<typeof End>): void {
    if (delta.stop_reason) this.answer.finishReason = finishReasons[delta.stop_reason] ?? "stop";
    this.count(usage);
  }

  // The end repeats only some of the counts with which a stream begins; those it has are of the whole answer.
  private count(usage: z.infer<typeof PartialUsage> | null | undefined): void {
    const given = Object.entries(usage ?? {}).filter(([, value]) => value !== null && value !== undefined);
    this.counts = { ...this.counts, ...Object.fromEntries(given) };
  }

  private add(delta: Parameters<AnswerAccumulator["add"]>[0]["choices"][number]["delta"]): void {
    this.answer.add({ choices: [{ index: 0, delta, finish_reason: null }] });
  }
}
