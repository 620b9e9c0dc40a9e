import { type ErrorCode, errorStatuses, GaiaError, type InputIssue } from "@gaia/contracts";

interface HttpFacts {
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfter: string | null;
}

/** The error of an answer that is not a success, in whichever of Gaia's dialects it comes. */
export async function readErrorResponse(response: Response): Promise<GaiaError> {
  const { status, headers } = response;
  const text = await response.text().catch(() => "");
  return errorFromBody(parseOrNull(text), {
    status,
    requestId: headers.get("x-request-id"),
    retryAfter: headers.get("retry-after"),
  });
}

/** The error in a stream's event, or `null` for an event that is none. */
export function errorFromEvent(event: unknown): GaiaError | null {
  const { error } = fieldsOf(event);
  if (typeof error !== "object" || error === null) return null;
  const status = statusesByType[String(fieldsOf(error)["type"])] ?? errorStatuses.UPSTREAM_FAILED;
  return errorFromBody(event, { status, requestId: null, retryAfter: null });
}

// An event has no status of its own; the vendors' types say the same.
const statusesByType: Readonly<Record<string, number>> = {
  invalid_request_error: errorStatuses.BAD_REQUEST,
  authentication_error: errorStatuses.UNAUTHENTICATED,
  permission_error: errorStatuses.FORBIDDEN,
  not_found_error: errorStatuses.NOT_FOUND,
  rate_limit_error: errorStatuses.RATE_LIMITED,
  overloaded_error: errorStatuses.UNAVAILABLE,
};

// `detail`, `code` and `reason` are Gaia's own; `error` is OpenAI's and Anthropic's object, alone or beside them.
function errorFromBody(body: unknown, http: HttpFacts): GaiaError {
  const gaia = fieldsOf(body);
  const vendor = fieldsOf(gaia["error"]);
  const issues = Array.isArray(gaia["detail"]) ? gaia["detail"].filter(isIssue) : undefined;
  const code = codeOf([gaia["code"], vendor["code"]], http.status);
  const vendorReason = String(vendor["code"]).toUpperCase() === code ? undefined : vendor["code"];
  const message = firstText(gaia["detail"], vendor["message"], issues?.[0]?.msg) ?? `HTTP ${http.status}`;
  const requestId = firstText(gaia["request_id"], vendor["request_id"], http.requestId);
  return new GaiaError(code, message, {
    reason: firstText(gaia["reason"], vendorReason),
    issues,
    details: {
      ...fieldsOf(gaia["details"] ?? vendor["details"]),
      status: http.status,
      ...(requestId === undefined ? {} : { request_id: requestId }),
    },
    retryAfterSeconds: secondsOf(http.retryAfter),
  });
}

function secondsOf(retryAfter: string | null): number | undefined {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
}

// OpenAI's dialect has our code in lower case, or in its place a reason that is not one of our codes.
function codeOf(candidates: readonly unknown[], status: number): ErrorCode {
  for (const candidate of candidates) {
    const name = typeof candidate === "string" ? candidate.toUpperCase() : "";
    if (isErrorCode(name)) return name;
  }
  // Three codes share this status; the bare status tells no more than this one.
  if (status === errorStatuses.BAD_REQUEST) return "BAD_REQUEST";
  const known = Object.keys(errorStatuses).filter(isErrorCode);
  return known.find((code) => errorStatuses[code] === status) ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL");
}

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorStatuses, name);
}

function isIssue(value: unknown): value is InputIssue {
  const { type, loc, msg } = fieldsOf(value);
  return typeof type === "string" && typeof msg === "string" && Array.isArray(loc);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === "string");
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
