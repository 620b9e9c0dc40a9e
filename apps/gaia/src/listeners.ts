import type { ServiceName } from "@gaia/contracts";
import { createGateway, findClientAddress, type Gateway } from "@gaia/gateway";
import { joinServiceApps } from "@gaia/kit/http/join-service-apps";
import { type HttpListener, serveHttp } from "@gaia/kit/http/serve-http";
import { createWebApp } from "@gaia/web";
import type { Upstream } from "@gaia/kit/http/upstream";
import type { Platform } from "./platform.ts";
import type { Preparation } from "./prepare-database.ts";
import { defaultPortOf, findUpstream, type Upstreams } from "./upstreams.ts";
import { isDevelopmentKeyAllowed, type InnerServiceName } from "./services.ts";
import { version } from "./version.ts";

export type ListenerName = "gateway" | "web" | "services";

export interface Listening {
  readonly name: ListenerName;
  readonly listener: HttpListener;
}

interface ListenOptions {
  readonly platform: Platform;
  readonly upstreams: Upstreams;
  readonly local: ReadonlyMap<InnerServiceName, Upstream>;
  readonly preparation: Preparation;
}

/** The public edge. */
export async function listenGateway({
  platform,
  upstreams,
  preparation,
}: ListenOptions): Promise<Listening & { gateway: Gateway }> {
  const { config } = platform;
  const gateway = createGateway({
    version,
    transport: platform.transport,
    upstreamTo: (service: ServiceName) => findUpstream(upstreams, service),
    seal: platform.seal,
    log: platform.log,
    timeoutMs: config.GATEWAY_REQUEST_TIMEOUT * 1000,
    allowedOrigins: config.ALLOWED_ORIGINS,
    rateLimit: { requests: config.RATE_LIMIT_REQUESTS, period: config.RATE_LIMIT_PERIOD },
    limits: platform.limits,
    limitSettings: {
      addressRequests: config.GAIA_LIMIT_ADDRESS_REQUESTS,
      failedCredentials: config.GAIA_LIMIT_FAILED_CREDENTIALS,
      credentials: config.GAIA_LIMIT_CREDENTIALS,
      requests: config.GAIA_LIMIT_REQUESTS,
      userRequests: config.GAIA_LIMIT_USER_REQUESTS,
      modelRequests: config.GAIA_LIMIT_MODEL_REQUESTS,
    },
    addressOf: ({ headers }, environment) =>
      findClientAddress({
        socketAddress: socketAddressOf(environment),
        forwardedFor: headers.get("x-forwarded-for"),
        trustedProxies: config.GAIA_TRUSTED_PROXIES,
      }),
    pingDatabase: (timeoutMs) => platform.database.ping(timeoutMs),
    isCacheConnected: () => (platform.cache.state() === "not_used" ? null : platform.cache.state() === "connected"),
    supabaseUrl: config.SUPABASE_URL ?? null,
    isReady: () => preparation.isDone(),
    isDevelopmentKeyAllowed: isDevelopmentKeyAllowed(platform),
    now: () => new Date(),
  });
  await gateway.start();
  const listener = await serveHttp({
    fetch: gateway.fetch,
    hostname: config.GAIA_HOST,
    port: config.GATEWAY_PORT,
  });
  return { name: "gateway", listener, gateway };
}

export async function listenWeb({ platform }: ListenOptions, gatewayUrl: string): Promise<Listening> {
  const { config } = platform;
  const fetch = createWebApp({ gatewayUrl: config.GATEWAY_URL ?? gatewayUrl });
  return { name: "web", listener: await serveHttp({ fetch, hostname: config.GAIA_HOST, port: config.WEB_PORT }) };
}

/** The inner HTTP side of the services here, for gateways in other processes. */
export async function listenServices({ platform, local }: ListenOptions): Promise<Listening> {
  const [first] = local.keys();
  const port = platform.config.SERVICE_PORT ?? (first === undefined ? 0 : defaultPortOf(first));
  const fetch = joinServiceApps(local);
  return { name: "services", listener: await serveHttp({ fetch, hostname: platform.config.GAIA_HOST, port }) };
}

function socketAddressOf(environment: unknown): string | undefined {
  const incoming = (environment as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming;
  return incoming?.socket?.remoteAddress;
}
