import { resolve } from "node:path";
import { type Database, openDatabase } from "@gaia/db";
import { type Background, createBackground } from "@gaia/kit/background";
import { type Cache } from "@gaia/kit/cache/cache";
import { createMemoryCache } from "@gaia/kit/cache/memory-cache";
import { type DeferredSeal, deferCallerSeal } from "@gaia/kit/caller";
import type { Jobs } from "@gaia/kit/jobs/jobs";
import { createPgBossJobs } from "@gaia/kit/jobs/pg-boss-jobs";
import { createLog, type Log } from "@gaia/kit/log";
import { createMemoryLimits } from "@gaia/kit/limits/memory-limits";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";
import { createLocalTransport } from "@gaia/kit/transport/local";
import { preferLocal } from "@gaia/kit/transport/prefer-local";
import type { Transport } from "@gaia/kit/transport/transport";
import type { GaiaConfig } from "./config.ts";

/** What every service of a process shares. */
export interface Platform {
  readonly config: GaiaConfig;
  readonly log: Log;
  readonly database: Database;
  readonly transport: Transport;
  readonly cache: Cache;
  readonly limits: RateLimits;
  readonly seal: DeferredSeal;
  readonly background: Background;
  readonly jobs: Jobs;
  /** Where people reach what may listen here: the port of the settings, and once it listens the real one. */
  readonly ports: Map<"gateway" | "web", number>;
}

/** Opens what the settings name. Only a data folder in use makes this fail: what is remote may come later. */
export async function openPlatform(config: GaiaConfig, isTerminal: boolean): Promise<Platform> {
  const pretty = config.LOG_PRETTY ?? (isTerminal && config.GAIA_ENV === "development");
  const log = await createLog({ level: config.LOG_LEVEL, pretty });
  const database = await openDatabase({
    ...(config.DATABASE_URL === undefined ? {} : { url: config.DATABASE_URL, poolSize: config.DATABASE_POOL_SIZE }),
    dataFolder: resolve(config.GAIA_HOME),
    onError: (error) => log.warn({ error }, "a database connection broke"),
  });
  const seal = deferCallerSeal();
  return {
    config,
    log,
    database,
    seal,
    transport: await openTransport(config, seal, log),
    cache: await openCache(config, log),
    limits: await openLimits(config, log),
    background: createBackground(log),
    jobs: createPgBossJobs({ executor: database.pool, log }),
    ports: new Map([
      ["gateway", config.GATEWAY_PORT],
      ["web", config.WEB_PORT],
    ]),
  };
}

async function openTransport({ NATS_URL, services }: GaiaConfig, seal: DeferredSeal, log: Log): Promise<Transport> {
  const local = createLocalTransport({ log });
  if (NATS_URL === undefined) return local;
  const { createNatsTransport } = await import("@gaia/kit/transport/nats");
  return preferLocal(
    local,
    await createNatsTransport({ url: NATS_URL, name: `gaia-${services.join("-")}`, seal, log }),
  );
}

async function openCache({ REDIS_URL, REDIS_PASSWORD }: GaiaConfig, log: Log): Promise<Cache> {
  if (REDIS_URL === undefined) return createMemoryCache();
  const { createRedisCache } = await import("@gaia/kit/cache/redis-cache");
  return createRedisCache({ url: REDIS_URL, password: REDIS_PASSWORD, log });
}

async function openLimits({ REDIS_URL, REDIS_PASSWORD }: GaiaConfig, log: Log): Promise<RateLimits> {
  if (REDIS_URL === undefined) return createMemoryLimits();
  const { createRedisLimits } = await import("@gaia/kit/limits/redis-limits");
  return createRedisLimits({ url: REDIS_URL, password: REDIS_PASSWORD, log });
}
