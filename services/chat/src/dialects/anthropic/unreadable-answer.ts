import { GaiaError } from "@gaia/contracts";

export function unreadableAnswer(cause: unknown): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The model provider sent something unreadable", {
    reason: "provider.unexpected_answer",
    cause,
  });
}
