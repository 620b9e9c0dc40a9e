import * as z from "zod";
import { defineEvent, defineOperation } from "./define.ts";
import { Principal, ServiceName } from "./principal.ts";

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
  http: { method: "POST", path: "/api/v1/auth/validate" },
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
  api_key_id: z.uuid(),
  user_id: z.uuid(),
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
    user_ids: z.array(z.uuid()).nullable(),
    timestamp: z.iso.datetime(),
  }),
});

/** Where a role or a permission was given; `global` has the id `global`. */
const GrantContext = z.object({ type: z.enum(["global", "team", "workspace", "resource"]), id: z.string() });
export type GrantContext = z.infer<typeof GrantContext>;

/** As what somebody holds a grant on a resource. A team is the one they are a member of, maybe below the named one. */
const GrantHolder = z.discriminatedUnion("type", [
  z.object({ type: z.literal("everyone") }),
  z.object({ type: z.enum(["user", "team", "workspace"]), id: z.string() }),
  z.object({ type: z.literal("role"), id: z.string(), context: GrantContext }),
]);
export type GrantHolder = z.infer<typeof GrantHolder>;

/** The rule that decided, by what it is called where it is stored. */
const AccessRule = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tricky-path") }),
  z.object({ kind: z.literal("inactive-user"), userId: z.string() }),
  z.object({ kind: z.enum(["user-denial", "user-permission"]), permissionId: z.string(), context: GrantContext }),
  z.object({ kind: z.literal("key-scopes"), apiKeyId: z.string() }),
  z.object({ kind: z.literal("service"), name: ServiceName }),
  z.object({ kind: z.enum(["own-namespace", "owner"]), userId: z.string() }),
  z.object({
    kind: z.literal("role"),
    roleId: z.string(),
    roleName: z.string(),
    /** `null` for the role that may do everything. */
    permissionId: z.string().nullable(),
    context: GrantContext,
  }),
  z.object({ kind: z.enum(["resource-permission", "share"]), id: z.string(), holder: GrantHolder }),
  z.object({ kind: z.literal("team-role"), teamId: z.string(), teamRole: z.string() }),
  z.object({ kind: z.literal("workspace-member"), workspaceId: z.string() }),
  z.object({ kind: z.enum(["shared-namespace", "public-namespace"]) }),
]);
export type AccessRule = z.infer<typeof AccessRule>;

/** In lower case, as PostgreSQL writes it: rules compare ids as text, and a denial must not miss one for its capitals. */
const Id = z.guid().toLowerCase();

/** Documents and routes are named by path, everything else by id; what it belongs to as far as that is known. */
const AccessResource = z.object({
  type: z.string().min(1).max(100),
  path: z.string().max(500).optional(),
  id: z.string().max(500).optional(),
  teamId: Id.optional(),
  workspaceId: Id.optional(),
  /** The person it belongs to. What belongs to a team has none. */
  ownerId: Id.optional(),
});
export type AccessResource = z.infer<typeof AccessResource>;

export const explainAccess = defineOperation({
  name: "auth.explain-access",
  summary: "Tell whether a user may do something, and which rule decides it",
  permission: "internal",
  input: z.object({ userId: Id, action: z.string().min(1).max(50), resource: AccessResource }),
  output: z.object({
    allowed: z.boolean(),
    /** What a list, which filters in the database, shows; anything else than `allowed` is a defect. */
    listed: z.boolean(),
    /** `null` when no rule says anything, which is a refusal. */
    rule: AccessRule.nullable(),
    because: z.string(),
  }),
});
