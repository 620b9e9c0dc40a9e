import { GaiaError } from "@gaia/contracts";
import { providerReasons } from "./failure-traits.ts";
import { parseProviderError, type ProviderErrorFields } from "./provider-message.ts";
import { retryAfterSeconds, type AnswerHeaders } from "./retry-after.ts";

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly bodyText: string;
  /** Name for the message: `openai`. */
  readonly provider: string;
  readonly cause?: unknown;
  /** Milliseconds since 1970, to count down to dates in headers. */
  readonly now?: number | undefined;
}

/**
 * A provider's answer that is not 2xx, as the error that Gaia's caller gets. Refused credentials are Gaia's and not the
 * caller's, so they are no 401. Only the message of a 400 or 422 comes from the provider, cleaned and cut.
 */
export function toProviderError(answer: ProviderAnswer): GaiaError {
  const { status } = answer;
  if (status === 401 || status === 403) return refusedCredentials(answer);
  if (status === 404) return notFoundThere(answer);
  if (status === 413) return tooLarge(answer);
  if (status === 429) return rateLimited(answer);
  if (status === 400 || status === 422) return rejected(answer);
  if (status === 408 || status === 504) return timedOut(answer);
  if (status >= 500) return serverError(answer);
  return unexpectedStatus(answer);
}

function refusedCredentials({ provider, cause }: ProviderAnswer): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", `The provider ${provider} refused Gaia's credentials`, {
    reason: providerReasons.unauthenticated,
    cause,
  });
}

function notFoundThere(answer: ProviderAnswer): GaiaError {
  // A page instead of an error object comes from a wrong base URL, not from an unknown model.
  if (!parseProviderError(answer.bodyText)) {
    return new GaiaError("UPSTREAM_FAILED", `The provider ${answer.provider} does not serve this address`, {
      reason: providerReasons.unknownAddress,
      cause: answer.cause,
    });
  }
  return new GaiaError("NOT_FOUND", `The provider ${answer.provider} does not have this model`, {
    reason: providerReasons.modelNotFound,
    cause: answer.cause,
  });
}

function tooLarge({ provider, cause }: ProviderAnswer): GaiaError {
  return new GaiaError("PAYLOAD_TOO_LARGE", `The request is too large for the provider ${provider}`, {
    reason: providerReasons.tooLarge,
    cause,
  });
}

function rateLimited({ provider, headers, cause, now }: ProviderAnswer): GaiaError {
  return new GaiaError("RATE_LIMITED", `The provider ${provider} limits the rate of requests`, {
    reason: providerReasons.rateLimited,
    retryAfterSeconds: retryAfterSeconds(headers, now ?? Date.now()),
    cause,
  });
}

function rejected({ provider, bodyText, cause }: ProviderAnswer): GaiaError {
  const fields = parseProviderError(bodyText);
  return new GaiaError("BAD_REQUEST", fields?.message ?? `The provider ${provider} rejected the request`, {
    reason: providerReasons.rejected,
    details: rejectionDetails(fields),
    cause,
  });
}

function rejectionDetails(fields: ProviderErrorFields | undefined): Readonly<Record<string, unknown>> {
  return { param: fields?.param ?? null, code: fields?.code ?? fields?.type ?? null };
}

function timedOut({ provider, cause }: ProviderAnswer): GaiaError {
  return new GaiaError("TIMEOUT", `The provider ${provider} took too long`, { reason: providerReasons.timeout, cause });
}

function serverError({ provider, status, headers, cause, now }: ProviderAnswer): GaiaError {
  const isOverloaded = status === 503 || status === 529;
  if (!isOverloaded) {
    return new GaiaError("UPSTREAM_FAILED", `The provider ${provider} failed`, {
      reason: providerReasons.serverError,
      cause,
    });
  }
  return new GaiaError("UNAVAILABLE", `The provider ${provider} is overloaded`, {
    reason: providerReasons.overloaded,
    retryAfterSeconds: retryAfterSeconds(headers, now ?? Date.now()),
    cause,
  });
}

function unexpectedStatus({ provider, status, cause }: ProviderAnswer): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", `The provider ${provider} answered with status ${status}`, {
    reason: providerReasons.unexpectedAnswer,
    cause,
  });
}
