import type { LanguageModelV4FinishReason } from "@ai-sdk/provider";
import { interruptedAnswer } from "../openai/finish-reason-to-openai.ts";

const stopReasons: Readonly<Record<LanguageModelV4FinishReason["unified"], string | undefined>> = {
  stop: "end_turn",
  other: "end_turn",
  length: "max_tokens",
  "content-filter": "refusal",
  "tool-calls": "tool_use",
  error: undefined,
  interrupted: undefined,
};

/** Other vendors do not say which stop sequence it was, so that reads as the end of a turn. Half an answer is an error. */
export function stopReasonToAnthropic({ unified }: LanguageModelV4FinishReason): string {
  const reason = stopReasons[unified];
  if (reason === undefined) throw interruptedAnswer();
  return reason;
}
