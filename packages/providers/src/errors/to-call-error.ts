import { APICallError } from "@ai-sdk/provider";
import { GaiaError, isGaiaError } from "@gaia/contracts";
import * as z from "zod";
import { providerReasons } from "./failure-traits.ts";
import { toProviderError } from "./to-provider-error.ts";

interface CallContext {
  readonly provider: string;
  readonly signal: AbortSignal | undefined;
}

/** Anything that a call to a provider can throw, or stream as an error, as a `GaiaError`. */
export function toCallError(error: unknown, { provider, signal }: CallContext): GaiaError {
  if (isGaiaError(error)) return error;
  if (signal?.aborted) return toAbortError(signal);
  if (APICallError.isInstance(error)) return fromApiCallError(error, provider);
  return fromStreamedError(error, provider) ?? fromThrownError(error, provider);
}

/** What the caller's own abort is: `CANCELLED`, or `TIMEOUT` where a time limit of ours was the reason. */
export function toAbortError(signal: AbortSignal): GaiaError {
  const reason: unknown = signal.reason;
  if (isGaiaError(reason)) return reason;
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return new GaiaError("TIMEOUT", "The request took too long", { reason: "request.timeout", cause: reason });
  }
  const error = new GaiaError("CANCELLED", "The request was cancelled", {
    reason: providerReasons.cancelled,
    cause: reason,
  });
  // Libraries between us and the caller recognise an abort by this name only.
  error.name = "AbortError";
  return error;
}

/** An answer that ended before it was complete. */
export function interruptedStream(provider: string, cause?: unknown): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", `The provider ${provider} broke off its answer`, {
    reason: providerReasons.interrupted,
    cause,
  });
}

function fromApiCallError(error: APICallError, provider: string): GaiaError {
  const { statusCode: status = 0, responseHeaders: headers = {}, responseBody: bodyText = "" } = error;
  if (status >= 400) return toProviderError({ status, headers, bodyText, provider, cause: error });
  return fromThrownError(error, provider);
}

function unreadableAnswer(cause: unknown, provider: string): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", `The provider ${provider} gave an answer that cannot be read`, {
    reason: providerReasons.unexpectedAnswer,
    cause,
  });
}

const StreamedError = z.union([
  z.looseObject({ type: z.string(), message: z.string() }),
  z
    .looseObject({ error: z.looseObject({ type: z.string().nullish(), message: z.string() }) })
    .transform(({ error }) => error),
]);
const statusByType: ReadonlyMap<string, number> = new Map([
  ["invalid_request_error", 400],
  ["authentication_error", 401],
  ["permission_error", 403],
  ["not_found_error", 404],
  ["request_too_large", 413],
  ["rate_limit_error", 429],
  ["rate_limit_exceeded", 429],
  ["timeout_error", 504],
  ["overloaded_error", 529],
  ["server_error", 500],
  ["api_error", 500],
]);

// Providers report errors inside a stream whose status was already 200.
function fromStreamedError(error: unknown, provider: string): GaiaError | undefined {
  if (error instanceof Error) return undefined;
  const parsed = StreamedError.safeParse(error);
  if (!parsed.success) return typeof error === "string" ? interruptedStream(provider, error) : undefined;
  const status = statusByType.get(parsed.data.type ?? "") ?? 500;
  return toProviderError({
    status,
    headers: {},
    bodyText: JSON.stringify({ error: parsed.data }),
    provider,
    cause: error,
  });
}

const unreadableNames: ReadonlySet<string> = new Set([
  "AI_JSONParseError",
  "AI_TypeValidationError",
  "AI_InvalidResponseDataError",
  "AI_EmptyResponseBodyError",
  "AI_NoContentGeneratedError",
  "SyntaxError",
  "HTTPParserError",
]);
const requestNames: ReadonlySet<string> = new Set(["AI_UnsupportedFunctionalityError", "AI_InvalidPromptError"]);

function fromThrownError(error: unknown, provider: string): GaiaError {
  const chain = causeChain(error);
  const codes = new Set(chain.map(({ code }) => code));
  if (codes.has("UND_ERR_HEADERS_TIMEOUT") || codes.has("UND_ERR_BODY_TIMEOUT")) {
    return new GaiaError("TIMEOUT", `The provider ${provider} took too long`, {
      reason: providerReasons.timeout,
      cause: error,
    });
  }
  if (chain.some(({ name }) => requestNames.has(name))) {
    return new GaiaError("UNSUPPORTED", `The provider ${provider} does not support this request`, {
      reason: providerReasons.rejected,
      cause: error,
    });
  }
  if (chain.some(({ name }) => unreadableNames.has(name)) || !chain.some(isOfNetwork)) {
    return unreadableAnswer(error, provider);
  }
  return new GaiaError("UPSTREAM_FAILED", `The provider ${provider} cannot be reached`, {
    reason: providerReasons.connection,
    cause: error,
  });
}

interface ChainedError {
  readonly name: string;
  readonly message: string;
  readonly code: unknown;
}

function isOfNetwork({ code, message }: ChainedError): boolean {
  return typeof code === "string" || message === "fetch failed";
}

function causeChain(error: unknown): ChainedError[] {
  const chain: ChainedError[] = [];
  for (let current = error; current instanceof Error && chain.length < 8; current = current.cause) {
    const { name, message } = current;
    chain.push({ name, message, code: "code" in current ? current.code : undefined });
  }
  return chain;
}
