import type { LanguageModelV4FinishReason } from "@ai-sdk/provider";
import { type FinishReason, GaiaError } from "@gaia/contracts";

const finishReasons: Readonly<Record<LanguageModelV4FinishReason["unified"], FinishReason | undefined>> = {
  stop: "stop",
  other: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: undefined,
  interrupted: undefined,
};

/** Half an answer has no finish reason in this dialect: it is an error. */
export function finishReasonToOpenAi({ unified }: LanguageModelV4FinishReason): FinishReason {
  const reason = finishReasons[unified];
  if (reason === undefined) throw interruptedAnswer();
  return reason;
}

export function interruptedAnswer(): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The model broke off its answer", { reason: "provider.stream_interrupted" });
}
