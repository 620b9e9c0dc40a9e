import { type ServiceName, serviceNames, system } from "@gaia/contracts";
import { createOutboxRelay } from "@gaia/db";
import type { FirstKey } from "@gaia/auth";
import { createServiceApp } from "@gaia/kit/http/service-app";
import type { Upstream } from "@gaia/kit/http/upstream";
import { createLifecycle } from "@gaia/kit/lifecycle";
import { operationsOf, type Service } from "@gaia/kit/service";
import { listenGateway, type Listening, listenServices, listenWeb } from "./listeners.ts";
import { startMaintenance } from "./maintenance.ts";
import type { Platform } from "./platform.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { innerServiceNames, isDevelopmentKeyAllowed, type InnerServiceName, serviceFactories } from "./services.ts";
import { createUpstreams } from "./upstreams.ts";

// Requests get most of the ten seconds that an operator's patience has; the rest is for what comes after.
const drainMs = 6000;

export interface Gaia {
  /** Resolves when requests are served; the database of a distributed process may still be away. */
  start(): Promise<void>;
  stop(): Promise<void>;
  listening(): readonly Listening[];
  /** Resolves once the database is ready and somebody can call. */
  readonly firstKey: Promise<FirstKey>;
}

/** Puts the services of this process together: what each needs, in the order in which it starts. */
export function composeGaia(platform: Platform): Gaia {
  const { config, log, transport, database, cache, jobs, background } = platform;
  const lifecycle = createLifecycle(log);
  const services = innerServiceNames
    .filter((name) => config.services.includes(name))
    .map((name) => serviceFactories[name](platform));
  const local = localUpstreams(platform, services);
  const upstreams = createUpstreams(config, local);
  const listening: Listening[] = [];
  const preparation = prepareDatabase(platform, isDevelopmentKeyAllowed(platform));
  const relay = createOutboxRelay({ kysely: database.kysely, transport, log });
  const isPartial = config.services.length < serviceNames.length;
  const listen = async (open: () => Promise<Listening>) => void listening.push(await open());
  const options = { platform, upstreams, local };

  lifecycle.add({ name: "database", stop: () => database.close() });
  lifecycle.add({ name: "cache", stop: () => cache.close() });
  lifecycle.add({ name: "transport", stop: () => transport.close() });
  lifecycle.add({
    name: "schema",
    // The embedded database is here already, so its schema is too before anybody asks.
    start: async () => void (database.kind === "embedded" && (await preparation.done)),
    stop: async () => preparation.stop(),
  });
  lifecycle.add({
    name: "jobs",
    async start() {
      if (!config.services.includes("auth")) return;
      background.run(
        "maintenance",
        preparation.done.then(() => startMaintenance({ jobs, database, log })),
      );
    },
    stop: () => jobs.stop(),
  });
  lifecycle.add({ name: "outbox", start: async () => relay.start(), stop: () => relay.stop() });
  for (const service of services) {
    lifecycle.add({
      name: service.name,
      async start() {
        await service.start?.();
        await transport.serve(operationsOf(service));
      },
      stop: async () => service.stop?.(),
    });
  }
  lifecycle.add({ name: "upstreams", stop: () => upstreams.close() });
  if (isPartial && local.size > 0)
    lifecycle.add({ name: "service listener", start: () => listen(() => listenServices(options)) });
  if (config.services.includes("gateway"))
    lifecycle.add({ name: "gateway", start: () => listen(() => listenGateway(options)) });
  if (config.services.includes("web")) {
    lifecycle.add({
      name: "web",
      start: () => listen(() => listenWeb(options, gatewayUrlOf(listening, config.GATEWAY_PORT))),
    });
  }
  // Last to start, so first to stop: nobody is let in any more while the rest finishes.
  lifecycle.add({
    name: "edge",
    start: async () => announce(platform, "healthy"),
    async stop() {
      announce(platform, "stopping");
      await Promise.all(listening.map(({ listener }) => listener.close(drainMs)));
    },
  });
  return {
    start: () => lifecycle.start(),
    stop: () => lifecycle.stop(),
    listening: () => listening,
    firstKey: preparation.done,
  };
}

function localUpstreams(platform: Platform, services: readonly Service[]): Map<InnerServiceName, Upstream> {
  const { seal, log } = platform;
  return new Map(
    services.map((service) => [service.name as InnerServiceName, createServiceApp({ service, seal, log })]),
  );
}

function gatewayUrlOf(listening: readonly Listening[], fallbackPort: number): string {
  const gateway = listening.find(({ name }) => name === "gateway");
  return `http://localhost:${gateway?.listener.port ?? fallbackPort}`;
}

function announce({ config, transport }: Platform, status: "healthy" | "stopping"): void {
  const event = (service_name: ServiceName) => ({
    service_name,
    status,
    timestamp: new Date().toISOString(),
    details: null,
  });
  for (const name of config.services) {
    transport.publish(system.serviceHealth, event(name));
    if (status === "healthy") transport.publish(system.serviceReady, event(name));
  }
}
