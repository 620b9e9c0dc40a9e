import type { MessagesEvent } from "@gaia/contracts";
import type { AnswerAccumulator } from "../../streams/answer-accumulator.ts";
import { encodeMessageEvent } from "./encode-message-event.ts";
import { MessageLearner } from "./message-learner.ts";

/** Events as they go over the wire; the answer learns what passes by, but for the usage. */
export async function* messageEventsToBytes(
  source: AsyncIterable<MessagesEvent>,
  answer: AnswerAccumulator,
): AsyncGenerator<Uint8Array, void, undefined> {
  const learner = new MessageLearner(answer);
  for await (const event of source) {
    learner.learn(event);
    yield encodeMessageEvent(event);
  }
}
