import type { ChatCompletion, ChatCompletionChunk } from "@gaia/contracts";
import { AnswerAccumulator } from "../answer-accumulator.ts";

/** The answer that the same request without `stream` would have given. */
export async function accumulateCompletion(source: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletion> {
  const answer = new AnswerAccumulator();
  for await (const chunk of source) answer.add(chunk);
  return answer.toCompletion();
}
