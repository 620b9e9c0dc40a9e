/**
 * Every way an operation can fail, with the HTTP status it has on the wire.
 * The list is closed: adding a code is a change of the contract.
 */
export const errorStatuses = {
  INVALID_JSON: 400,
  BAD_REQUEST: 400,
  UNSUPPORTED: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  INVALID_INPUT: 422,
  RATE_LIMITED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  NOT_IMPLEMENTED: 501,
  UPSTREAM_FAILED: 502,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
  STORAGE_FULL: 507,
} as const;

export type ErrorCode = keyof typeof errorStatuses;

/** One finding of a failed validation, in FastAPI's shape but without the `input` echo. */
export interface InputIssue {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

interface ErrorOptions {
  /** Dotted, stable, for clients that need more than the code: `model.not_found`. */
  readonly reason?: string | undefined;
  readonly issues?: readonly InputIssue[] | undefined;
  /** Facts the caller may know, such as the models that exist. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Seconds after which another try makes sense. */
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** What crosses NATS and the inner HTTP hop: everything of the error but its cause and stack. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly reason?: string | undefined;
  readonly issues?: readonly InputIssue[] | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

const marker = Symbol.for("gaia.error");

/**
 * The one error class. Its message goes to the caller, so it never names SQL, hosts, provider bodies or secrets;
 * those belong into `cause`, which only the log sees.
 */
export class GaiaError extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly issues: readonly InputIssue[] | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "GaiaError";
    this.code = code;
    this.reason = options.reason;
    this.issues = options.issues;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return errorStatuses[this.code];
  }

  toWire(): WireError {
    const { code, message, reason, issues, details, retryAfterSeconds } = this;
    return { code, message, reason, issues, details, retryAfterSeconds };
  }
}

/** Recognises the class across copies of this module, which `instanceof` does not. */
export function isGaiaError(error: unknown): error is GaiaError {
  return typeof error === "object" && error !== null && marker in error;
}

export function errorFromWire(wire: WireError): GaiaError {
  const code = Object.hasOwn(errorStatuses, wire.code) ? wire.code : "INTERNAL";
  return new GaiaError(code, wire.message, wire);
}

/** Anything thrown becomes a `GaiaError`; what we did not throw ourselves keeps its text for the log only. */
export function toGaiaError(error: unknown): GaiaError {
  if (isGaiaError(error)) return error;
  return new GaiaError("INTERNAL", "Internal server error", { cause: error });
}

export function notFound(kind: string, id?: string): GaiaError {
  return new GaiaError("NOT_FOUND", id === undefined ? `${kind} not found` : `${kind} not found: ${id}`);
}

/** What is asked for does not go with how things are; the reason is dotted and stable. */
export function conflict(reason: string, message: string): GaiaError {
  return new GaiaError("CONFLICT", message, { reason });
}

export function forbidden(permission: string): GaiaError {
  return new GaiaError("FORBIDDEN", `Permission denied: ${permission}`, { reason: "permission.denied" });
}

export function unauthenticated(): GaiaError {
  return new GaiaError("UNAUTHENTICATED", "Not authenticated. Provide a valid JWT or API Key.", {
    reason: "credentials.missing",
  });
}

export function invalidCredentials(): GaiaError {
  return new GaiaError("UNAUTHENTICATED", "Could not validate credentials", { reason: "credentials.invalid" });
}

export function unavailable(service: string, cause?: unknown): GaiaError {
  return new GaiaError("UNAVAILABLE", `Service ${service} unavailable`, { reason: "service.unavailable", cause });
}
