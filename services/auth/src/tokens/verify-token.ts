import { isGaiaError, maximumTokenLength, type Principal } from "@gaia/contracts";
import { jwtVerify, type JWTPayload } from "jose";
import * as z from "zod";
import type { AuthDeps } from "../deps.ts";
import { findHeldPermissions } from "../access/find-held-permissions.ts";
import { isOwnSessionOver } from "../identity/sessions/is-own-session-over.ts";
import { isSessionEnded } from "../supabase/is-session-ended.ts";
import { ensureTokenUser } from "../users/ensure-token-user.ts";
import { keySetAlgorithms, sharedSecretAlgorithm } from "./token-keys.ts";

/** Seconds that clocks may differ. */
const leeway = 5;

// Supabase's keys for services are JWTs too, with other roles and the same audience: they are nobody's session.
const UserClaims = z.object({
  sub: z.uuid(),
  exp: z.number(),
  role: z.literal("authenticated").default("authenticated"),
  // Empty where somebody signed up by telephone. PostgreSQL cannot store NUL.
  email: z
    .string()
    .max(255)
    .refine((text) => !text.includes("\0"))
    .optional(),
  session_id: z.string().optional(),
  iss: z.string().optional(),
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
 * times and role; a token without end or subject is none. Of Gaia's own tokens the session must still be. A user seen
 * for the first time gets a row.
 */
export async function verifyToken(
  deps: Pick<AuthDeps, "kysely" | "log" | "now" | "tokenKeys" | "tokenIssuer" | "identity" | "supabase">,
  { token }: { readonly token: string },
): Promise<VerifiedToken> {
  const claims = await readUserClaims(deps, token);
  if (claims === null) return invalid;
  const { sub, exp, email, session_id, iss, is_anonymous } = claims;
  if (await isOwnSessionOver(deps.identity, { userId: sub, sessionId: session_id, issuer: iss })) return invalid;
  if (await isSessionEnded(deps, session_id)) return invalid;
  const expiresAt = Math.floor(exp);
  if (is_anonymous) {
    const held = await findHeldPermissions(deps, { kind: "guest" });
    return { principal: { kind: "guest", permissions: held.permissions }, expiresAt: earlier(expiresAt, held.endsAt) };
  }
  const user = await ensureTokenUser(deps, { id: sub, email });
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

/** What a valid token of a user says; `null` for any other. */
export async function readUserClaims(
  deps: Pick<AuthDeps, "now" | "tokenKeys" | "tokenIssuer">,
  token: string,
): Promise<z.infer<typeof UserClaims> | null> {
  const claims = UserClaims.safeParse(await verifiedClaims(deps, token));
  return claims.success ? claims.data : null;
}

async function verifiedClaims(
  { tokenKeys, tokenIssuer, now }: Pick<AuthDeps, "now" | "tokenKeys" | "tokenIssuer">,
  token: string,
): Promise<JWTPayload | null> {
  if (token.length > maximumTokenLength) return null;
  try {
    const { payload } = await jwtVerify(token, tokenKeys, {
      algorithms: [sharedSecretAlgorithm, ...keySetAlgorithms],
      audience: "authenticated",
      clockTolerance: leeway,
      currentDate: now(),
      requiredClaims: ["exp", "sub"],
      ...(tokenIssuer === null ? {} : { issuer: tokenIssuer }),
    });
    return payload;
  } catch (error) {
    // Whatever is wrong with a token makes it no token; only keys that cannot be had are another matter.
    if (isGaiaError(error)) throw error;
    return null;
  }
}
