import type { LanguageModelV4StreamPart, SharedV4Warning } from "@ai-sdk/provider";
import type { MessagesEvent, Usage } from "@gaia/contracts";
import type { AnswerIdentity } from "../openai/answer-identity.ts";
import { interruptedAnswer } from "../openai/finish-reason-to-openai.ts";
import { toUpstreamError } from "../openai/parts-to-chunks.ts";
import { usageToOpenAi } from "../openai/usage-to-openai.ts";
import { emptyMessageOf } from "./empty-message.ts";
import { MessageBlocks } from "./message-blocks.ts";
import { stopReasonToAnthropic } from "./stop-reason-to-anthropic.ts";
import { usageToAnthropic } from "./usage-to-anthropic.ts";

export interface PartsToEventsOptions {
  readonly identity: AnswerIdentity;
  /** What the question may come to: other vendors count it only at the end, where the count follows. */
  readonly estimatedTokens: number;
  /** What the provider did not do as asked, for the log; before the first event. */
  readonly onWarnings?: (warnings: readonly SharedV4Warning[]) => void;
  /** The counts as Gaia keeps them; before the event that tells them. */
  readonly onUsage?: (usage: Usage) => void;
}

/**
 * Nothing is yielded before the model's first token, so that a failure up to there can still be answered with a status.
 * An `error` part throws, and so does an end without `finish`.
 */
export async function* partsToMessageEvents(
  source: AsyncIterable<LanguageModelV4StreamPart>,
  options: PartsToEventsOptions,
): AsyncGenerator<MessagesEvent, void, undefined> {
  const blocks = new MessageBlocks();
  let begun = false;
  let finished = false;
  for await (const part of source) {
    // Reading on to the end lets the connection to the provider be used again.
    if (finished) continue;
    const events = eventsOf(part, blocks, options);
    if (!begun && (events.length > 0 || part.type === "finish")) {
      begun = true;
      yield startEvent(options);
      // Anthropic's ping follows the beginning of the first block.
      yield* events.splice(0, 1);
      yield { type: "ping" };
    }
    yield* events;
    if (part.type === "finish") {
      yield* finishEvents(part, options);
      finished = true;
    }
  }
  if (!finished) throw interruptedAnswer();
}

function eventsOf(
  part: LanguageModelV4StreamPart,
  blocks: MessageBlocks,
  { onWarnings }: PartsToEventsOptions,
): MessagesEvent[] {
  if (part.type === "error") throw toUpstreamError(part.error);
  if (part.type === "stream-start" && part.warnings.length > 0) onWarnings?.(part.warnings);
  return part.type === "finish" ? blocks.end() : blocks.take(part);
}

function startEvent({ identity, estimatedTokens }: PartsToEventsOptions): MessagesEvent {
  const usage = { input_tokens: estimatedTokens, output_tokens: 0 };
  return { type: "message_start", message: emptyMessageOf(identity, usage) };
}

function* finishEvents(
  { finishReason, usage }: Extract<LanguageModelV4StreamPart, { type: "finish" }>,
  { onUsage }: PartsToEventsOptions,
): Generator<MessagesEvent, void, undefined> {
  const stopReason = stopReasonToAnthropic(finishReason);
  const counted = usageToOpenAi(usage);
  if (counted !== undefined) onUsage?.(counted);
  yield {
    type: "message_delta",
    delta: { stop_reason: stopReason, stop_sequence: null, stop_details: null },
    usage: usageToAnthropic(usage),
  };
  yield { type: "message_stop" };
}
