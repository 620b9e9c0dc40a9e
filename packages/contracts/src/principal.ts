import * as z from "zod";

export const serviceNames = ["gateway", "auth", "chat", "kb", "asset", "web"] as const;

export const ServiceName = z.enum(serviceNames);
export type ServiceName = z.infer<typeof ServiceName>;

/** Who is calling. Every request has exactly one principal. */
export const Principal = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("guest") }),
  z.object({
    kind: z.literal("api-key"),
    userId: z.uuid(),
    email: z.string(),
    apiKeyId: z.uuid(),
    /** `api_keys.permissions` as stored: an object of flags, or a list of scopes. */
    grants: z.union([z.record(z.string(), z.unknown()), z.array(z.string())]),
  }),
  z.object({
    kind: z.literal("user"),
    userId: z.uuid(),
    email: z.string(),
    /** The session of the access token, for revocation; some issuers name none. */
    sessionId: z.string().nullable(),
  }),
  z.object({ kind: z.literal("service"), name: ServiceName }),
]);
export type Principal = z.infer<typeof Principal>;

/** Who calls, as it travels between services: in the NATS envelope and in a signed header. */
export const Caller = z.object({ requestId: z.string().min(1).max(200), principal: Principal });
export type Caller = z.infer<typeof Caller>;

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
