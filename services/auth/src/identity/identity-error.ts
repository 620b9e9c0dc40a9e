import { type ErrorCode, GaiaError } from "@gaia/contracts";

/** A failure under the code that Supabase's clients know. Source: supabase/auth `internal/api/apierrors/errorcode.go`. */
export function identityError(code: ErrorCode, supabaseCode: string, message: string): GaiaError {
  return new GaiaError(code, message, { reason: `identity.${supabaseCode}` });
}

/** Source: `invalidSignupError` and its like: what is wrong with the request itself. */
export function invalidRequest(message: string): GaiaError {
  return identityError("BAD_REQUEST", "validation_failed", message);
}

export function accountNotFound(): GaiaError {
  return identityError("NOT_FOUND", "user_not_found", "User not found");
}

/** The token is valid, but its account is gone. */
export function ownAccountGone(): GaiaError {
  return identityError("FORBIDDEN", "user_not_found", "User from sub claim in JWT does not exist");
}

export function tooMany(supabaseCode: string, message: string, waitMs: number): GaiaError {
  return new GaiaError("RATE_LIMITED", message, {
    reason: `identity.${supabaseCode}`,
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
