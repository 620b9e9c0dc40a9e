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

const modelsFault: ReadonlySet<string> = new Set([
  providerReasons.overloaded,
  providerReasons.serverError,
  providerReasons.unexpectedAnswer,
  providerReasons.interrupted,
  providerReasons.timeout,
]);

/** Another try may help. Only to be asked while nothing of the answer was passed on. */
export function isRetryable(error: GaiaError): boolean {
  return error.reason !== undefined && retryable.has(error.reason);
}

/**
 * What a failure says of whoever was asked: `sick` counts towards opening the circuit, `alive` (there was an answer) starts
 * the count again, `unknown` (we gave up ourselves) says nothing.
 */
export type Health = "sick" | "alive" | "unknown";

/** Of the model. A provider that cannot be reached says nothing about its models. */
export function modelHealthAfter(error: GaiaError): Health {
  if (saysNothing(error) || error.reason === providerReasons.connection) return "unknown";
  return modelsFault.has(error.reason ?? "") ? "sick" : "alive";
}

/** Of the connection to the provider, whatever it answers. Silence may be the model's. */
export function connectionHealthAfter(error: GaiaError): Health {
  if (saysNothing(error) || error.reason === providerReasons.timeout) return "unknown";
  return error.reason === providerReasons.connection ? "sick" : "alive";
}

function saysNothing({ reason }: GaiaError): boolean {
  return reason === undefined || reason.startsWith("request.") || reason === providerReasons.circuitOpen;
}
