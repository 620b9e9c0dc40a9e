import type { GaiaError } from "@gaia/contracts";

/** Stable reasons of provider failures, for clients and for the decisions on retry and circuit. */
export const providerReasons = {
  unauthenticated: "provider.unauthenticated",
  rateLimited: "provider.rate_limited",
  rejected: "provider.rejected",
  tooLarge: "provider.request_too_large",
  overloaded: "provider.overloaded",
  serverError: "provider.server_error",
  unknownAddress: "provider.unknown_address",
  unexpectedAnswer: "provider.unexpected_answer",
  connection: "provider.connection_failed",
  interrupted: "provider.stream_interrupted",
  timeout: "provider.timeout",
  circuitOpen: "provider.circuit_open",
  cancelled: "request.cancelled",
  modelNotFound: "model.not_found",
} as const;

const retryable: ReadonlySet<string> = new Set([
  providerReasons.rateLimited,
  providerReasons.overloaded,
  providerReasons.serverError,
  providerReasons.connection,
]);

const providersFault: ReadonlySet<string> = new Set([
  providerReasons.overloaded,
  providerReasons.serverError,
  providerReasons.unexpectedAnswer,
  providerReasons.connection,
  providerReasons.interrupted,
  providerReasons.timeout,
]);

/** Another try may help. Only to be asked while nothing of the answer was passed on. */
export function isRetryable(error: GaiaError): boolean {
  return error.reason !== undefined && retryable.has(error.reason);
}

/**
 * What a failure says of the provider: `sick` counts towards opening the circuit, `alive` (it answered, and refused
 * this request) closes it, `unknown` (we gave up ourselves) says nothing.
 */
export function healthAfter(error: GaiaError): "sick" | "alive" | "unknown" {
  if (error.reason === undefined || error.code === "CANCELLED" || error.reason === providerReasons.circuitOpen) {
    return "unknown";
  }
  return providersFault.has(error.reason) ? "sick" : "alive";
}
