import { type ServiceName, serviceNames, system } from "@gaia/contracts";
import { createOutboxRelay } from "@gaia/db";
import type { FirstKey } from "@gaia/auth";
import { createServiceApp } from "@gaia/kit/http/service-app";
import type { Upstream } from "@gaia/kit/http/upstream";
import { createLifecycle, type Part } from "@gaia/kit/lifecycle";
import { operationsOf, type Service } from "@gaia/kit/service";
import { listenGateway, type Listening, listenServices, listenWeb } from "./listeners.ts";
import { startMaintenance } from "./maintenance.ts";
import type { Platform } from "./platform.ts";
import { type Preparation, prepareDatabase } from "./prepare-database.ts";
import { innerServiceNames, isDevelopmentKeyAllowed, type InnerServiceName, serviceFactories } from "./services.ts";
import { createUpstreams, type Upstreams } from "./upstreams.ts";

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

interface Assembly {
  readonly platform: Platform;
  readonly services: readonly Service[];
  readonly local: ReadonlyMap<InnerServiceName, Upstream>;
  readonly upstreams: Upstreams;
  readonly preparation: Preparation;
  readonly listening: Listening[];
}

/** Puts the services of this process together; parts start in the order of this function and stop in reverse. */
export function composeGaia(platform: Platform): Gaia {
  const { config, log } = platform;
  const services = innerServiceNames
    .filter((name) => config.services.includes(name))
    .map((name) => serviceFactories[name](platform));
  const local = localUpstreams(platform, services);
  const assembly: Assembly = {
    platform,
    services,
    local,
    upstreams: createUpstreams(config, local),
    preparation: prepareDatabase(platform, isDevelopmentKeyAllowed(platform)),
    listening: [],
  };
  const lifecycle = createLifecycle(log);
  for (const part of [...storageParts(assembly), ...serviceParts(assembly), ...listenerParts(assembly)])
    lifecycle.add(part);
  return {
    start: () => lifecycle.start(),
    stop: () => lifecycle.stop(),
    listening: () => assembly.listening,
    firstKey: assembly.preparation.done,
  };
}

function storageParts({ platform, preparation }: Assembly): Part[] {
  const { config, log, transport, database, cache, limits, jobs } = platform;
  const relay = createOutboxRelay({ kysely: database.kysely, transport, log });
  return [
    { name: "database", stop: () => database.close() },
    { name: "cache", stop: () => cache.close() },
    { name: "limits", stop: () => limits.close() },
    { name: "transport", stop: () => transport.close() },
    { name: "schema", start: () => preparation.attempted, stop: async () => preparation.stop() },
    {
      name: "jobs",
      async start() {
        if (!config.services.includes("auth")) return;
        const maintenance = preparation.done.then(() => startMaintenance({ jobs, database, log }));
        maintenance.catch((error: unknown) => log.debug({ error }, "maintenance did not start"));
      },
      stop: () => jobs.stop(),
    },
    { name: "outbox", start: async () => relay.start(), stop: () => relay.stop() },
  ];
}

function serviceParts({ platform, services, upstreams }: Assembly): Part[] {
  const parts = services.map((service) => ({
    name: service.name,
    async start() {
      await service.start?.();
      await platform.transport.serve(operationsOf(service));
    },
    stop: async () => service.stop?.(),
  }));
  return [...parts, { name: "upstreams", stop: () => upstreams.close() }];
}

function listenerParts(assembly: Assembly): Part[] {
  const { platform, local, listening, preparation } = assembly;
  const { services } = platform.config;
  const isPartial = services.length < serviceNames.length;
  const part = (name: string, open: () => Promise<Listening>): Part => ({
    name,
    async start() {
      const opened = await open();
      listening.push(opened);
      if (opened.name !== "services") platform.ports.set(opened.name, opened.listener.port);
    },
  });
  return [
    ...(isPartial && local.size > 0 ? [part("service listener", () => listenServices(assembly))] : []),
    ...(services.includes("gateway") ? [part("gateway", () => listenGateway(assembly))] : []),
    ...(services.includes("web") ? [part("web", () => listenWeb(assembly, gatewayUrlOf(assembly)))] : []),
    {
      // Last to start, so first to stop: nobody is let in any more while the rest finishes.
      name: "edge",
      start: async () => announce(platform, "healthy"),
      async stop() {
        preparation.stop();
        announce(platform, "stopping");
        await Promise.all(listening.map(({ listener }) => listener.close(drainMs)));
      },
    },
  ];
}

function localUpstreams(platform: Platform, services: readonly Service[]): Map<InnerServiceName, Upstream> {
  const { seal, log } = platform;
  return new Map(
    services.map((service) => [service.name as InnerServiceName, createServiceApp({ service, seal, log })]),
  );
}

function gatewayUrlOf({ listening, platform }: Assembly): string {
  const gateway = listening.find(({ name }) => name === "gateway");
  return `http://localhost:${gateway?.listener.port ?? platform.config.GATEWAY_PORT}`;
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
