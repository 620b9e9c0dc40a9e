import { isGaiaError, maximumTokenLength, type Principal } from "@gaia/contracts";
import { jwtVerify, type JWTVerifyResult } from "jose";
import * as z from "zod";
import type { AuthDeps } from "../deps.ts";
import { findHeldPermissions } from "../access/find-held-permissions.ts";
import { isOwnTokenOver } from "../identity/sessions/is-own-token-over.ts";
import { isProjectTokenOver } from "../supabase/is-project-token-over.ts";
import { ensureTokenUser } from "../users/ensure-token-user.ts";
import { keySetAlgorithms, sharedSecretAlgorithm } from "./token-keys.ts";

/** Seconds that clocks may differ. */
const leeway = 5;

// Supabase's keys for services are JWTs too, with other roles and the same audience: they are nobody's session.
const UserClaims = z.object({
  sub: z.guid(),
  exp: z.number(),
  iat: z.number().optional(),
  role: z.literal("authenticated").default("authenticated"),
  // Empty where somebody signed up by telephone. PostgreSQL cannot store NUL.
  email: z
    .string()
    .max(255)
    .refine((text) => !text.includes("\0"))
    .optional(),
  session_id: z.string().optional(),
  is_anonymous: z.boolean().default(false),
});

export interface VerifiedToken {
  readonly principal: Principal | null;
  /** Unix seconds. */
  readonly expiresAt: number | null;
}

const invalid: VerifiedToken = { principal: null, expiresAt: null };

/**
 * The principal of a Supabase access token. Checks signature, algorithm, audience, issuer (where the project is known),
 * times and role; a token without end or subject is none. Of Gaia's own tokens the session must still be, and nobody
 * whose account is banned gets in by any. A user seen for the first time gets a row.
 */
export async function verifyToken(
  deps: Pick<AuthDeps, "kysely" | "log" | "now" | "tokenKeys" | "tokenIssuer" | "identity" | "supabase">,
  { token }: { readonly token: string },
): Promise<VerifiedToken> {
  const claims = await readUserClaims(deps, token);
  if (claims === null) return invalid;
  const { sub, exp, iat, email, session_id, is_anonymous, isOfKeySet } = claims;
  if (await isOwnTokenOver(deps.identity, { userId: sub, sessionId: session_id, isOfKeySet })) return invalid;
  const issuedAt = iat ?? null;
  if (await isProjectTokenOver(deps, { userId: sub, sessionId: session_id, issuedAt })) return invalid;
  const expiresAt = Math.floor(exp);
  if (is_anonymous) {
    const held = await findHeldPermissions(deps, { kind: "guest" });
    const origin = { userId: sub, sessionId: session_id ?? null };
    const principal: Principal = { kind: "guest", permissions: held.permissions, ...origin };
    return { principal, expiresAt: earlier(expiresAt, held.endsAt) };
  }
  const user = await ensureTokenUser(deps, { id: sub, email, issuedAt });
  if (user === null) return invalid;
  const { endsAt, ...held } = await findHeldPermissions(deps, { kind: "user", userId: user.id });
  return {
    principal: { kind: "user", userId: user.id, email: user.email, sessionId: session_id ?? null, ...held },
    expiresAt: earlier(expiresAt, endsAt),
  };
}

function earlier(seconds: number, moment: Date | null): number {
  return moment === null ? seconds : Math.min(seconds, Math.floor(moment.getTime() / 1000));
}

export type TokenClaims = z.infer<typeof UserClaims> & {
  /** By whose keys it was verified, not what it says of itself: the key set's, or else the shared secret. */
  readonly isOfKeySet: boolean;
};

/** What a valid token of a user says; `null` for any other. */
export async function readUserClaims(
  deps: Pick<AuthDeps, "now" | "tokenKeys" | "tokenIssuer">,
  token: string,
): Promise<TokenClaims | null> {
  const verified = await verify(deps, token);
  const claims = UserClaims.safeParse(verified?.payload);
  if (verified === null || !claims.success) return null;
  const { iat = 0 } = claims.data;
  if (iat > deps.now().getTime() / 1000 + leeway) return null;
  return { ...claims.data, isOfKeySet: verified.protectedHeader.alg !== sharedSecretAlgorithm };
}

async function verify(
  { tokenKeys, tokenIssuer, now }: Pick<AuthDeps, "now" | "tokenKeys" | "tokenIssuer">,
  token: string,
): Promise<JWTVerifyResult | null> {
  if (token.length > maximumTokenLength) return null;
  try {
    return await jwtVerify(token, tokenKeys, {
      algorithms: [sharedSecretAlgorithm, ...keySetAlgorithms],
      audience: "authenticated",
      clockTolerance: leeway,
      currentDate: now(),
      requiredClaims: ["exp", "sub"],
      ...(tokenIssuer === null ? {} : { issuer: tokenIssuer }),
    });
  } catch (error) {
    // Whatever is wrong with a token makes it no token; only keys that cannot be had are another matter.
    if (isGaiaError(error)) throw error;
    return null;
  }
}
