import type { IdentitySession, IdentityUser } from "@gaia/contracts";
import { SignJWT } from "jose";
import { findUser } from "../accounts/account-to-user.ts";
import { type IdentityDeps, issuerOf } from "../identity-deps.ts";
import { ownAccountGone } from "../identity-error.ts";
import { encodeRefreshToken } from "./refresh-token.ts";
import { findMethods, type MethodClaim, type SessionRow } from "./session-repository.ts";

type SessionDeps = Pick<IdentityDeps, "kysely" | "now" | "signingKeys" | "settings">;

/**
 * A session as its owner gets it, with a fresh access token and the current refresh token. Not in a transaction: it
 * asks the database itself.
 */
export async function describeSession(deps: SessionDeps, session: SessionRow): Promise<IdentitySession> {
  const user = await findUser(deps.kysely, session.user_id);
  if (user === undefined) throw ownAccountGone();
  const methods = await findMethods(deps.kysely, session.id);
  const issuedAt = Math.floor(deps.now().getTime() / 1000);
  const lifetime = deps.settings.tokenLifetimeSeconds;
  const expiresAt = issuedAt + lifetime;
  return {
    access_token: await signAccessToken(deps, { user, session, methods, issuedAt, expiresAt }),
    token_type: "bearer",
    expires_in: lifetime,
    expires_at: expiresAt,
    refresh_token: encodeRefreshToken(
      session.refresh_token_hmac_key ?? "",
      session.id,
      Number(session.refresh_token_counter ?? 0),
    ),
    user,
  };
}

interface TokenFacts {
  readonly user: IdentityUser;
  readonly session: SessionRow;
  readonly methods: readonly MethodClaim[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Source: `AccessTokenClaims` of supabase/auth `internal/tokens/service.go`. */
async function signAccessToken(
  { signingKeys, settings }: Pick<SessionDeps, "signingKeys" | "settings">,
  { user, session, methods, issuedAt, expiresAt }: TokenFacts,
): Promise<string> {
  const { kid, key } = await signingKeys.current();
  const claims = {
    iss: issuerOf(settings),
    sub: user.id,
    aud: user.aud,
    exp: expiresAt,
    iat: issuedAt,
    email: user.email,
    phone: user.phone,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    role: user.role,
    aal: session.aal ?? "aal1",
    amr: methods,
    session_id: session.id,
    is_anonymous: user.is_anonymous,
  };
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid, typ: "JWT" }).sign(key);
}
