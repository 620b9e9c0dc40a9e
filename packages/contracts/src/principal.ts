import * as z from "zod";

export const serviceNames = ["gateway", "auth", "chat", "kb", "asset", "web"] as const;

export const ServiceName = z.enum(serviceNames);
export type ServiceName = z.infer<typeof ServiceName>;

/**
 * The names of the permissions (`permissions.ts`) that roles, grants and scopes give, as the auth service found them; a
 * newer version's may be among them.
 */
const HeldPermissions = z.array(z.string()).readonly();

/** Paths of routes that were denied explicitly (`api:access`), `/*` at the end for everything below. Rare. */
const ClosedPaths = z.array(z.string()).readonly().optional();

/** What a key states of its own; `null` where the defaults of the gateway count. */
const KeyLimits = z.object({
  requestsPerMinute: z.int().positive().nullable(),
  tokensPerMinute: z.int().positive().nullable(),
});
export type KeyLimits = z.infer<typeof KeyLimits>;

/** Who is calling. Every request has exactly one principal. */
export const Principal = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("guest"),
    permissions: HeldPermissions,
    /** Whose token it is, of somebody without an account; only for revocation. */
    userId: z.guid().optional(),
    sessionId: z.string().nullish(),
  }),
  z.object({
    kind: z.literal("api-key"),
    userId: z.guid(),
    email: z.string(),
    apiKeyId: z.guid(),
    /** `api_keys.permissions` as stored: an object of flags, or a list of scopes. */
    grants: z.union([z.record(z.string(), z.unknown()), z.array(z.string())]),
    limits: KeyLimits,
    permissions: HeldPermissions,
    closedPaths: ClosedPaths,
  }),
  z.object({
    kind: z.literal("user"),
    userId: z.guid(),
    email: z.string(),
    /** The session of the access token, for revocation; some issuers name none. */
    sessionId: z.string().nullable(),
    permissions: HeldPermissions,
    closedPaths: ClosedPaths,
  }),
  z.object({ kind: z.literal("service"), name: ServiceName }),
]);
export type Principal = z.infer<typeof Principal>;

/** Whoever shows no credentials. */
export const nobody: Principal = { kind: "guest", permissions: [] };

/** From where a request came, as far as it is known. */
const Client = z.object({ address: z.string().max(100), userAgent: z.string().max(500).nullable() });
export type Client = z.infer<typeof Client>;

/** Who calls, as it travels between services: in the NATS envelope and in a signed header. */
export const Caller = z.object({
  requestId: z.string().min(1).max(200),
  principal: Principal,
  /** Missing where a service calls of its own accord. */
  client: Client.optional(),
});
export type Caller = z.infer<typeof Caller>;

/** Whose credentials a principal came from, and by which session, so that these can be revoked: guests with a token too. */
export function originOf(principal: Principal): { readonly userId: string | null; readonly sessionId: string | null } {
  switch (principal.kind) {
    case "guest":
    case "user":
      return { userId: principal.userId ?? null, sessionId: principal.sessionId ?? null };
    case "api-key":
      return { userId: principal.userId, sessionId: null };
    case "service":
      return { userId: null, sessionId: null };
  }
}

/** The id of the person behind a principal, or `null` for guests and services. */
export function userIdOf(principal: Principal): string | null {
  switch (principal.kind) {
    case "api-key":
    case "user":
      return principal.userId;
    case "guest":
    case "service":
      return null;
  }
}
