import { unavailable } from "@gaia/contracts";
import { createHttpUpstreams, type HttpUpstreams, type Upstream } from "@gaia/kit/http/upstream";
import type { GaiaConfig } from "./config.ts";
import type { InnerServiceName } from "./services.ts";

// A model may think for minutes before the first byte of an answer that does not stream.
const headersTimeoutMs = 600_000;

const defaultPorts = { auth: 8001, asset: 8002, chat: 8003, kb: 8004 } as const;

export function defaultPortOf(service: InnerServiceName): number {
  return defaultPorts[service];
}

export interface Upstreams {
  to(service: InnerServiceName): Upstream;
  close(): Promise<void>;
}

/** The HTTP side of every service: its function when it lives here, else its URL. */
export function createUpstreams(config: GaiaConfig, local: ReadonlyMap<InnerServiceName, Upstream>): Upstreams {
  const urls = {
    auth: config.AUTH_SERVICE_URL,
    asset: config.ASSET_SERVICE_URL,
    chat: config.CHAT_SERVICE_URL,
    kb: config.KB_SERVICE_URL,
  };
  let pool: HttpUpstreams | undefined;
  const remote = new Map<InnerServiceName, Upstream>();
  return {
    to(service) {
      const upstream = local.get(service) ?? remote.get(service);
      if (upstream !== undefined) return upstream;
      pool ??= createHttpUpstreams({ headersTimeoutMs });
      const made = pool.to(service, urls[service] ?? `http://127.0.0.1:${defaultPortOf(service)}`);
      remote.set(service, made);
      return made;
    },
    close: async () => pool?.close(),
  };
}

export function findUpstream(upstreams: Upstreams, service: string): Upstream {
  if (Object.hasOwn(defaultPorts, service)) return upstreams.to(service as InnerServiceName);
  return async () => Promise.reject(unavailable(service));
}
