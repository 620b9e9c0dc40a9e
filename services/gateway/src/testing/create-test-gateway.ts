import { createHash } from "node:crypto";
import { auth, type Caller, chat, type Principal } from "@gaia/contracts";
import { implement, type OperationBinding } from "@gaia/kit/binding";
import { createCallerSeal } from "@gaia/kit/caller";
import { Secret } from "@gaia/kit/config/secret";
import type { Upstream, UpstreamRequest } from "@gaia/kit/http/upstream";
import { createMemoryLimits } from "@gaia/kit/limits/memory-limits";
import { createLog } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";
import { createGateway, type GatewayDeps } from "../gateway.ts";

export const adaKey = "key-of-ada";
export const ada: Principal & { readonly kind: "api-key" } = {
  kind: "api-key",
  userId: "7b1d0000-0000-4000-8000-000000000001",
  email: "ada@example.test",
  apiKeyId: "7b1d0000-0000-4000-8000-000000000002",
  grants: {},
  limits: { requestsPerMinute: null, tokensPerMinute: null },
  permissions: ["chat:create", "conversation:read", "model:read", "persona:read"],
};

export function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** What a service got from the gateway: the request, and the caller under its seal. */
export interface ForwardedRequest {
  readonly request: UpstreamRequest;
  readonly caller: Caller | null;
  readonly body: string;
}

export const personas = {
  success: true as const,
  personas: [],
  total: 0,
  message: "Personas retrieved successfully",
};

export const noLimits = {
  addressRequests: 0,
  failedCredentials: 0,
  credentials: 0,
  requests: 0,
  userRequests: 0,
  modelRequests: 0,
};

/** A gateway whose services are a few lines: Ada's key, an empty list of personas, and `upstream` for every stream. */
export async function createTestGateway(
  options: Partial<GatewayDeps> & {
    readonly bindings?: readonly OperationBinding[];
    readonly upstream?: Upstream;
  } = {},
) {
  const { bindings = [], upstream = async () => new Response("data: [DONE]\n\n"), ...deps } = options;
  const lines: string[] = [];
  const log = await createLog({ level: "debug", pretty: false, destination: { write: (line) => lines.push(line) } });
  const transport = createLocalTransport({ log });
  const seal = createCallerSeal(new Secret("between us"));
  const principalsByHash = new Map<string, Principal>([[hashOf(adaKey), ada]]);
  const lookups: string[] = [];
  const forwarded: ForwardedRequest[] = [];
  await transport.serve([
    implement(auth.verifyApiKey, async (_context, { keyHash }) => {
      lookups.push(keyHash);
      return { principal: principalsByHash.get(keyHash) ?? null, expiresAt: null };
    }),
    implement(chat.listPersonas, async () => personas),
    ...bindings,
  ]);
  const gateway = createGateway({
    version: "1.2.3",
    transport,
    upstreamTo: () => async (request) => {
      const caller = seal.open(request.headers.get("x-gaia-caller") ?? "");
      forwarded.push({ request, caller, body: Buffer.from(await request.arrayBuffer()).toString() });
      return upstream(request);
    },
    seal,
    log,
    timeoutMs: 1000,
    allowedOrigins: ["http://page.test"],
    limits: createMemoryLimits(),
    limitSettings: noLimits,
    rateLimit: { requests: 1000, period: "minute" },
    addressOf: () => "192.0.2.1",
    pingDatabase: async () => 1,
    isCacheConnected: () => null,
    supabaseUrl: null,
    isReady: () => true,
    isDevelopmentKeyAllowed: false,
    now: () => new Date("2026-11-24T12:00:00.000Z"),
    ...deps,
  });
  await gateway.start();
  const send = (path: string, init: RequestInit = {}) => gateway.fetch(new Request(`http://gaia.test${path}`, init));
  return { gateway, send, transport, principalsByHash, lookups, forwarded, lines };
}
