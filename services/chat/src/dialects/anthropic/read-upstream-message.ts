import { MessagesResponse } from "@gaia/contracts";
import { AnswerAccumulator } from "../../streams/answer-accumulator.ts";
import { MessageLearner } from "./message-learner.ts";
import { unreadableAnswer } from "./unreadable-answer.ts";
import { usageFromAnthropic } from "./usage-from-anthropic.ts";

/** What an answer of Anthropic's says, for the books; the caller gets its very bytes. */
export function readUpstreamMessage(text: string): AnswerAccumulator {
  const message = MessagesResponse.safeParse(parseJson(text));
  if (!message.success) throw unreadableAnswer(message.error);
  const answer = learnMessage(message.data);
  answer.usage = usageFromAnthropic(message.data.usage);
  return answer;
}

/** A whole answer as if it had been streamed, without its usage. */
export function learnMessage({ content }: MessagesResponse): AnswerAccumulator {
  const answer = new AnswerAccumulator();
  const learner = new MessageLearner(answer);
  for (const [index, block] of content.entries()) {
    learner.learn({ type: "content_block_start", index, content_block: block });
    if (block.type !== "tool_use") continue;
    const delta = { type: "input_json_delta", partial_json: JSON.stringify(block["input"] ?? {}) };
    learner.learn({ type: "content_block_delta", index, delta });
  }
  return answer;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadableAnswer(cause);
  }
}
