import { GaiaError } from "@gaia/contracts";
import * as z from "zod";
import type { AnswerAccumulator } from "../../streams/answer-accumulator.ts";
import { joinBytes } from "../../streams/join-bytes.ts";
import type { ServerSentEvent } from "../../streams/parse-server-sent-event.ts";
import { EventSplitter } from "../../streams/split-server-sent-events.ts";
import { interruptedAnswer } from "../openai/finish-reason-to-openai.ts";
import { encodeMessageEvent } from "./encode-message-event.ts";
import { MessageLearner, type RawMessageEvent } from "./message-learner.ts";
import { unreadableAnswer } from "./unreadable-answer.ts";

/**
 * The tap of the pass-through path: events of an Anthropic stream go on as the bytes they came as, and `message_stop` comes
 * once, last and alone. Throws when the stream carries an error, is unreadable or ends early; what was good has gone on.
 */
export async function* observeMessageEvents(
  source: AsyncIterable<Uint8Array>,
  answer: AnswerAccumulator,
): AsyncGenerator<Uint8Array, void, undefined> {
  const splitter = new EventSplitter();
  const tap = new MessageTap(answer);
  for await (const bytes of source) {
    for (const piece of tap.pass(splitter.take(bytes))) yield piece;
  }
  for (const piece of tap.pass(splitter.end())) yield piece;
  if (tap.isDone) return;
  // Whoever said how the answer ended has said all of it.
  if (answer.finishReason === undefined) throw interruptedAnswer();
  yield encodeMessageEvent({ type: "message_stop" });
}

class MessageTap {
  /** Afterwards nothing passes; reading on to the end lets the connection to the provider be used again. */
  isDone = false;
  private readonly answer: AnswerAccumulator;
  private readonly learner: MessageLearner;

  constructor(answer: AnswerAccumulator) {
    this.answer = answer;
    this.learner = new MessageLearner(answer);
  }

  /** What came together goes on together, but for the end: the last words must not wait for what is done before it. */
  *pass(events: readonly ServerSentEvent[]): Generator<Uint8Array, void, undefined> {
    const together: Uint8Array[] = [];
    let end: Uint8Array | undefined;
    try {
      end = this.observeAll(events, together);
    } finally {
      if (together.length > 0) yield joinBytes(together);
    }
    if (end !== undefined) yield end;
  }

  private observeAll(events: readonly ServerSentEvent[], together: Uint8Array[]): Uint8Array | undefined {
    for (const { raw, data } of events) {
      if (this.isDone) return undefined;
      if (data !== null) this.observe(data);
      if (this.isDone) return raw;
      together.push(raw);
    }
    return undefined;
  }

  private observe(data: string): void {
    const event = readEvent(data);
    if (event.type === "error") throw streamedError(event);
    try {
      this.learner.learn(event);
    } catch (cause) {
      throw unreadableAnswer(cause);
    }
    if (event.type === "message_delta") this.answer.usage = this.learner.usage;
    if (event.type !== "message_stop") return;
    if (this.answer.finishReason === undefined) throw interruptedAnswer();
    this.isDone = true;
  }
}

function readEvent(data: string): RawMessageEvent {
  const event = parseJson(data);
  if (isEvent(event)) return event;
  throw unreadableAnswer(new Error(`no event: ${data.slice(0, 200)}`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadableAnswer(cause);
  }
}

// By hand, for every word of an answer passes here.
function isEvent(value: unknown): value is RawMessageEvent {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

const StreamedError = z.object({ error: z.object({ type: z.string() }) });

function streamedError(event: RawMessageEvent): GaiaError {
  const type = StreamedError.safeParse(event).data?.error.type;
  if (type === "overloaded_error") {
    return new GaiaError("UNAVAILABLE", "The model provider is overloaded", {
      reason: "provider.overloaded",
      cause: event,
    });
  }
  if (type === "rate_limit_error") {
    return new GaiaError("RATE_LIMITED", "The model provider limits the rate of requests", {
      reason: "provider.rate_limited",
      cause: event,
    });
  }
  return new GaiaError("UPSTREAM_FAILED", "The model provider failed while it answered", {
    reason: "provider.server_error",
    cause: event,
  });
}
