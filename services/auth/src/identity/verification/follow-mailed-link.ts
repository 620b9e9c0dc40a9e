import { type IdentitySession, isGaiaError } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import type { IdentityDeps } from "../identity-deps.ts";
import { chooseRedirect, withFragment } from "./choose-redirect.ts";
import { verifyMailedToken, waitingMessage } from "./verify-mailed-token.ts";

interface LinkInput {
  readonly type?: string | undefined;
  readonly token?: string | undefined;
  readonly redirect_to?: string | undefined;
}

/**
 * Where a mailed link leads: the page, with a session or with what is wrong behind the `#`, as Supabase's clients read
 * it. Source: supabase/auth `internal/api/verify.go`, `verifyGet`.
 */
export async function followMailedLink(deps: IdentityDeps, auditor: Auditor, input: LinkInput): Promise<string> {
  const page = chooseRedirect(deps.settings, input.redirect_to);
  try {
    const verified = await verifyMailedToken(deps, auditor, { type: input.type, token_hash: input.token });
    if (verified.state === "waiting") return withFragment(page, { message: waitingMessage });
    return withFragment(page, { ...factsOf(verified.session), type: input.type ?? "" });
  } catch (error) {
    if (!isGaiaError(error) || error.status >= 500) throw error;
    return withFragment(page, {
      error: error.code === "FORBIDDEN" ? "access_denied" : "invalid_request",
      error_code: error.reason?.replace(/^identity\./, "") ?? "validation_failed",
      error_description: error.message,
    });
  }
}

function factsOf(session: IdentitySession): Record<string, string> {
  return {
    access_token: session.access_token,
    expires_at: String(session.expires_at),
    expires_in: String(session.expires_in),
    refresh_token: session.refresh_token,
    token_type: session.token_type,
  };
}
