import type { identity, InputOf } from "@gaia/contracts";
import { errorResponse, jsonResponse } from "@gaia/kit/http/to-response";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { type Refreshed, refreshSession } from "./refresh-session.ts";
import { signIn } from "./sign-in.ts";

/** A session by one of the grants of RFC 6749 that Supabase has, with its headers about the refresh token. */
export async function answerGrant(
  deps: IdentityDeps,
  input: InputOf<typeof identity.issueSession>,
  requestId: string,
): Promise<Response> {
  switch (input.grant_type) {
    case "password":
      return withHeaders(jsonResponse(await signIn(deps, { email: input.email, password: input.password })), {});
    case "refresh_token":
      return answerRefresh(await refreshSession(deps, { refreshToken: input.refresh_token }), requestId);
    default:
      throw invalidRequest("unsupported_grant_type");
  }
}

function answerRefresh(refreshed: Refreshed, requestId: string): Response {
  switch (refreshed.state) {
    case "rotated":
      return withHeaders(jsonResponse(refreshed.session), { "sb-auth-refresh-token-reuse": "false" });
    case "reused":
      return withHeaders(jsonResponse(refreshed.session), {
        "sb-auth-refresh-token-reuse": "true",
        "sb-auth-refresh-token-reuse-cause": refreshed.causes.join(","),
      });
    case "stolen": {
      const message = "Invalid Refresh Token: Already Used";
      const error = identityError("BAD_REQUEST", "refresh_token_already_used", message);
      return withHeaders(errorResponse(error, "supabase", requestId), {
        "sb-auth-refresh-token-reuse": "true",
        "sb-auth-refresh-token-rotated": "true",
      });
    }
  }
}

/** Nothing between here and the client may keep a token. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries({ "cache-control": "no-store", ...headers })) {
    response.headers.set(name, value);
  }
  return response;
}
