import type { identity, OutputOf } from "@gaia/contracts";
import type { AuthDeps } from "../../deps.ts";
import { readUserClaims } from "../../tokens/verify-token.ts";
import { findAccount } from "../accounts/account-repository.ts";
import { isBanned } from "../accounts/is-banned.ts";

/** Why a token that was refused lets nobody in. Source: supabase/auth `internal/api/auth.go`, `maybeLoadUserOrSession`. */
export async function explainRefusal(
  deps: Pick<AuthDeps, "now" | "tokenKeys" | "tokenIssuer" | "identity">,
  { token }: { readonly token: string },
): Promise<OutputOf<typeof identity.explainRefusal>> {
  const claims = await readUserClaims(deps, token);
  if (claims === null || deps.identity === null || !(await deps.identity.hasOwnSchema())) return { refusal: "bad_jwt" };
  const account = await findAccount(deps.identity.kysely, claims.sub);
  if (account === undefined) return { refusal: "user_not_found" };
  return { refusal: isBanned(account, deps.now()) ? "user_banned" : "session_not_found" };
}
