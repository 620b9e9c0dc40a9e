import * as z from "zod";
import { defineEvent, defineOperation } from "./define.ts";
import { Principal } from "./principal.ts";

/** Lower-case hex SHA-256 of the UTF-8 key: the only form in which a key leaves the edge. */
export const KeyHash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Hash of the key that the original's README printed. Everybody knows the key, so gateway and auth both refuse it unless
 * they run in development and the gateway listens on loopback.
 */
export const developmentKeyHash: string = "8065e7a7dd9a5d02ea3a79cea93036e7092910c309bb3e43070826f3b939f661";

export const validate = defineOperation({
  name: "auth.validate",
  summary: "Tell whether a token or an API key is valid, and whose it is",
  permission: "public",
  rateClass: "credentials",
  http: { method: "POST", path: "/api/v1/auth/validate", aliases: ["/api/v0.3/auth/validate"] },
  input: z.object({ token: z.string().nullish(), api_key: z.string().nullish() }),
  output: z.object({
    valid: z.boolean(),
    auth_type: z.enum(["jwt", "service_jwt", "api_key", "none"]),
    user_id: z.string().nullable(),
    error: z.string().nullable(),
  }),
});

export const verifyApiKey = defineOperation({
  name: "auth.verify-api-key",
  summary: "Find the principal of an API key by its hash",
  permission: "internal",
  input: z.object({ keyHash: KeyHash }),
  output: z.object({
    /** `null` for unknown, inactive and expired keys alike, so that the answer is no oracle. */
    principal: Principal.nullable(),
    /** Unix seconds after which nobody may remember the answer: the key or a grant of its user ends then. */
    expiresAt: z.int().nullable(),
  }),
});

/** No access token of Supabase comes near this; what is longer is refused before anything is computed. */
export const maximumTokenLength = 16_384;

export const verifyToken = defineOperation({
  name: "auth.verify-token",
  summary: "Find the principal of an access token by its signature and claims",
  permission: "internal",
  input: z.object({ token: z.string().max(maximumTokenLength) }),
  output: z.object({
    /** `null` for whatever is not a valid token of a user who may sign in. */
    principal: Principal.nullable(),
    /** Unix seconds after which nobody may remember the answer. */
    expiresAt: z.int().nullable(),
  }),
});

const ApiKeyEvent = z.object({
  api_key_id: z.guid(),
  user_id: z.guid(),
  /** Lets caches drop the entry; a hash of a random key tells nothing about it. */
  key_hash: KeyHash,
  timestamp: z.iso.datetime(),
});

export const apiKeyIssued = defineEvent({
  subject: "gaia.auth.api_key.issued",
  summary: "An API key was created",
  payload: ApiKeyEvent,
});

export const apiKeyRevoked = defineEvent({
  subject: "gaia.auth.api_key.revoked",
  summary: "An API key stopped working; every cache forgets it",
  payload: ApiKeyEvent,
});

export const accessChanged = defineEvent({
  subject: "gaia.auth.access.changed",
  summary: "Roles, grants or memberships changed; every cache forgets what these users may do",
  payload: z.object({
    /** `null` when it concerns everybody, such as a change of a role. */
    user_ids: z.array(z.guid()).nullable(),
    timestamp: z.iso.datetime(),
  }),
});
