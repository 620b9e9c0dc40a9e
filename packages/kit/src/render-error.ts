import { type Dialect, type ErrorCode, errorStatuses, type GaiaError } from "@gaia/contracts";
import { standingBehind } from "./limits/limit-exceeded.ts";
import { rateLimitHeaders } from "./limits/rate-limit-headers.ts";

export interface RenderedError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string;
}

/** An error as a route's clients expect it. The request id is in every one, so that a person can quote it. */
export function renderError(error: GaiaError, dialect: Dialect, requestId: string): RenderedError {
  const standing = standingBehind(error);
  const headers: Record<string, string> = standing === undefined ? {} : { ...rateLimitHeaders(standing, dialect) };
  if (error.code === "UNAUTHENTICATED") headers["www-authenticate"] = 'Bearer realm="gaia"';
  if (error.retryAfterSeconds !== undefined) headers["retry-after"] = String(error.retryAfterSeconds);
  if (dialect === "supabase") headers["x-sb-error-code"] = supabaseCode(error);
  // Where Anthropic's clients look for it.
  if (dialect === "anthropic") headers["request-id"] = requestId;
  if (dialect === "html") {
    return { status: error.status, headers, contentType: "text/html; charset=utf-8", body: htmlBody(error, requestId) };
  }
  const body = JSON.stringify(errorBody(error, dialect, requestId));
  return { status: statusFor(error.code, dialect), headers, contentType: "application/json", body };
}

/** The JSON of an error, also used inside streams that have already begun. */
export function errorBody(error: GaiaError, dialect: Exclude<Dialect, "html">, requestId: string): object {
  switch (dialect) {
    case "gaia":
      return gaiaBody(error, requestId);
    case "openai":
      return { error: openAiError(error), request_id: requestId };
    case "hybrid":
      return { ...gaiaBody(error, requestId), error: openAiError(error) };
    case "anthropic":
      return { type: "error", error: { type: anthropicType(error), message: error.message }, request_id: requestId };
    case "supabase":
      return supabaseBody(error);
  }
}

/** Both vendors answer malformed parameters with 400; 422 is FastAPI's and so Gaia's. */
export function statusFor(code: ErrorCode, dialect: Dialect): number {
  const isVendor = dialect === "openai" || dialect === "anthropic";
  return isVendor && code === "INVALID_INPUT" ? errorStatuses.BAD_REQUEST : errorStatuses[code];
}

function gaiaBody(error: GaiaError, requestId: string): object {
  return {
    detail: error.issues ?? error.message,
    code: error.code,
    ...(error.reason === undefined ? {} : { reason: error.reason }),
    // The original's limiter answered with `error` and nothing else; its clients look there.
    ...(error.code === "RATE_LIMITED" ? { error: error.message } : {}),
    ...(error.details === undefined ? {} : { details: error.details }),
    request_id: requestId,
  };
}

function openAiError(error: GaiaError): object {
  return {
    message: error.message,
    type: openAiType(error),
    param: paramOf(error),
    code: openAiCode(error),
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}

function openAiType(error: GaiaError): string {
  if (error.code === "RATE_LIMITED") return "rate_limit_error";
  if (error.code === "UNAUTHENTICATED") return "authentication_error";
  if (error.code === "FORBIDDEN") return "permission_error";
  return error.status < 500 ? "invalid_request_error" : "api_error";
}

function openAiCode(error: GaiaError): string | null {
  if (error.code === "UNAUTHENTICATED") return "invalid_api_key";
  return error.reason?.replaceAll(".", "_") ?? error.code.toLowerCase();
}

function anthropicType(error: GaiaError): string {
  const types: Partial<Record<GaiaError["code"], string>> = {
    UNAUTHENTICATED: "authentication_error",
    FORBIDDEN: "permission_error",
    NOT_FOUND: "not_found_error",
    PAYLOAD_TOO_LARGE: "request_too_large",
    RATE_LIMITED: "rate_limit_error",
    UNAVAILABLE: "overloaded_error",
    TIMEOUT: "timeout_error",
  };
  return types[error.code] ?? (error.status < 500 ? "invalid_request_error" : "api_error");
}

/** As clients know it that name no API version. Source: supabase/auth `internal/api/apierrors`. */
function supabaseBody(error: GaiaError): object {
  const weak = error.details?.["weak_password"];
  return {
    code: error.status,
    error_code: supabaseCode(error),
    msg: error.message,
    ...(weak === undefined ? {} : { weak_password: weak }),
  };
}

// The identity provider's own failures carry Supabase's code as their reason.
function supabaseCode({ code, reason }: GaiaError): string {
  if (reason?.startsWith("identity.") === true) return reason.slice("identity.".length);
  if (reason === "credentials.invalid") return "bad_jwt";
  const codes: Partial<Record<GaiaError["code"], string>> = {
    INVALID_JSON: "bad_json",
    INVALID_INPUT: "validation_failed",
    BAD_REQUEST: "validation_failed",
    UNAUTHENTICATED: "no_authorization",
    FORBIDDEN: "not_admin",
    CONFLICT: "conflict",
    RATE_LIMITED: "over_request_rate_limit",
    TIMEOUT: "request_timeout",
  };
  return codes[code] ?? "unexpected_failure";
}

function paramOf({ issues, details }: GaiaError): string | null {
  const [issue] = issues ?? [];
  if (issue !== undefined) return issue.loc.slice(1).join(".");
  return typeof details?.["param"] === "string" ? details["param"] : null;
}

function htmlBody(error: GaiaError, requestId: string): string {
  const text = error.message.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return `<div role="alert" class="error" data-code="${error.code}"><p>${text}</p><small>${requestId.replace(/[^\w-]/g, "")}</small></div>`;
}
