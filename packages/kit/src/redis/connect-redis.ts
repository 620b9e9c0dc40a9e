import { Redis } from "ioredis";
import type { Secret } from "../config/secret.ts";
import type { Log } from "../log.ts";

export interface RedisConnection {
  readonly url: string;
  /** Used when the URL has none. */
  readonly password?: Secret | undefined;
  readonly log: Log;
}

const commandMs = 150;
const connectMs = 2_000;
const silenceMs = 10_000;

/** A connection in the background that queues nothing: while Redis is away, every command fails at once. */
export function connectRedis({ url, password, log }: RedisConnection, purpose: string): Redis {
  const secret = new URL(url).password === "" ? password?.reveal() : undefined;
  const redis = new Redis(url, {
    ...(secret === undefined ? {} : { password: secret }),
    keyPrefix: "gaia:",
    protocol: 2,
    disableClientInfo: true,
    commandTimeout: commandMs,
    connectTimeout: connectMs,
    // Replaces a connection that is open but carries nothing.
    socketTimeout: silenceMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5_000),
  });
  watchConnection(redis, log, purpose);
  return redis;
}

// Says once for each outage what is wrong; the client retries far more often.
function watchConnection(redis: Redis, log: Log, purpose: string): void {
  let isTold = false;
  redis.on("ready", () => {
    isTold = false;
    log.info({ purpose }, "connected to Redis");
  });
  redis.on("error", (error: unknown) => {
    if (!isTold) log.warn({ purpose, error }, "Redis cannot be reached; trying on in the background");
    isTold = true;
  });
}
