import type { identity, InputOf } from "@gaia/contracts";
import { errorResponse, jsonResponse } from "@gaia/kit/http/to-response";
import type { Auditor } from "@gaia/db";
import type { IdentityDeps } from "../identity-deps.ts";
import { identityError, invalidRequest } from "../identity-error.ts";
import { type Refreshed, refreshSession } from "./refresh-session.ts";
import { signIn } from "./sign-in.ts";

/** A session by one of the grants of RFC 6749 that Supabase has, with its headers about the refresh token. */
export async function answerGrant(
  deps: IdentityDeps,
  auditor: Auditor & { readonly requestId: string },
  input: InputOf<typeof identity.issueSession>,
): Promise<Response> {
  switch (input.grant_type) {
    case "password":
      return withHeaders(jsonResponse(await signIn(deps, auditor, input)), {});
    case "refresh_token":
      return answerRefresh(
        await refreshSession(deps, auditor, { refreshToken: input.refresh_token }),
        auditor.requestId,
      );
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
      return withHeaders(errorResponse(isStolen(), "supabase", requestId), {
        "sb-auth-refresh-token-reuse": "true",
        "sb-auth-refresh-token-rotated": "true",
      });
    }
  }
}

/** The answer to an old refresh token. */
export function isStolen(): Error {
  return identityError("BAD_REQUEST", "refresh_token_already_used", "Invalid Refresh Token: Already Used");
}

/** Nothing between here and the client may keep a token. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries({ "cache-control": "no-store", ...headers })) {
    response.headers.set(name, value);
  }
  return response;
}
