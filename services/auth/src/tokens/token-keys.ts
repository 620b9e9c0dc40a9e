import { unavailable } from "@gaia/contracts";
import type { Secret } from "@gaia/kit/config/secret";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FlattenedJWSInput,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from "jose";

interface TokenKeysOptions {
  /** Supabase's legacy shared secret, used as the literal string. */
  readonly secret: Secret | undefined;
  /** The project's address; its keys are at `/auth/v1/.well-known/jwks.json`. */
  readonly supabaseUrl: string | undefined;
  readonly fetch?: typeof globalThis.fetch;
  /** Finds the keys of Gaia's own identity provider, where no project is known. */
  readonly own?: JWTVerifyGetKey;
}

/** One algorithm belongs to the shared secret and the others to the key set, so that neither can pass for the other. */
export const sharedSecretAlgorithm = "HS256";
export const keySetAlgorithms = ["RS256", "ES256", "EdDSA"] as const;

// An unknown key id asks the project again, but not more often than this.
const refetchAfterMs = 5_000;
const keysAreFreshMs = 600_000;
const timeoutMs = 2_000;

/**
 * Finds the key of a token, of both kinds at once, as a rotation needs it. Keys that were fetched once go on working
 * while the project is away; a token whose key was never seen is then `UNAVAILABLE`, not invalid.
 */
export function createTokenKeys({ secret, supabaseUrl, fetch, own }: TokenKeysOptions): JWTVerifyGetKey {
  const shared = secret === undefined ? undefined : new TextEncoder().encode(secret.reveal());
  const remote = supabaseUrl === undefined ? undefined : openKeySet(supabaseUrl, fetch);

  return async (header, token) => {
    if (header.alg === sharedSecretAlgorithm && shared !== undefined) return shared;
    if (header.alg !== sharedSecretAlgorithm && remote !== undefined) return keyFromSet(remote, header, token);
    if (header.alg !== sharedSecretAlgorithm && own !== undefined) return own(header, token);
    throw new errors.JWKSNoMatchingKey();
  };
}

type RemoteKeySet = ReturnType<typeof createRemoteJWKSet>;

function openKeySet(supabaseUrl: string, fetch: typeof globalThis.fetch | undefined): RemoteKeySet {
  return createRemoteJWKSet(new URL("/auth/v1/.well-known/jwks.json", supabaseUrl), {
    cooldownDuration: refetchAfterMs,
    cacheMaxAge: keysAreFreshMs,
    timeoutDuration: timeoutMs,
    ...(fetch === undefined ? {} : { [customFetch]: fetch }),
  });
}

async function keyFromSet(
  remote: RemoteKeySet,
  header: JWTHeaderParameters,
  token: FlattenedJWSInput,
): ReturnType<RemoteKeySet> {
  try {
    return await remote(header, token);
  } catch (error) {
    if (isAboutTheToken(error)) throw error;
    const known = remote.jwks();
    if (known === undefined) throw unavailable("auth", error);
    // The key of a newer token may be one that the project has made since.
    return createLocalJWKSet(known)(header, token).catch(() => Promise.reject(unavailable("auth", error)));
  }
}

function isAboutTheToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}
