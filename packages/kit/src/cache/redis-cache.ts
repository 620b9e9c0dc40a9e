import { Redis } from "ioredis";
import type { Secret } from "../config/secret.ts";
import type { Log } from "../log.ts";
import type { Cache } from "./cache.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";

interface RedisCacheOptions {
  readonly url: string;
  /** Used when the URL has none. */
  readonly password?: Secret | undefined;
  readonly log: Log;
  readonly now?: () => number;
}

const commandMs = 150;
const connectMs = 2_000;
const silenceMs = 10_000;
const failureLimit = 5;
const pauseMs = 60_000;

/**
 * A cache shared through Redis, connected in the background. While Redis is away every read is a miss, at once; five
 * slow or failed commands in a row count as away, for a minute.
 */
export function createRedisCache({ url, password, log, now = Date.now }: RedisCacheOptions): Cache {
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
  const breaker = new CircuitBreaker({
    failureLimit,
    pauseMs,
    now,
    onOpen: () => log.warn({ pauseSeconds: pauseMs / 1_000 }, "Redis fails or is slow: going on without it"),
  });
  watchConnection(redis, log);

  const ask = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    if (redis.status !== "ready" || !breaker.admits()) return undefined;
    try {
      const answer = await command();
      breaker.succeeded();
      return answer;
    } catch (error) {
      log.debug({ error }, "Redis command failed");
      breaker.failed();
      return undefined;
    }
  };

  return {
    get: async (key) => (await ask(() => redis.get(key))) ?? undefined,
    async set(key, value, ttlSeconds) {
      await ask(() => redis.set(key, value, "PX", Math.max(1, Math.round(ttlSeconds * 1_000))));
    },
    async delete(key) {
      await ask(() => redis.unlink(key));
    },
    state: () => (redis.status === "ready" && !breaker.isOpen ? "connected" : "disconnected"),
    async close() {
      redis.disconnect();
    },
  };
}

// Says once for each outage what is wrong; the client retries far more often.
function watchConnection(redis: Redis, log: Log): void {
  let isTold = false;
  redis.on("ready", () => {
    isTold = false;
    log.info("connected to Redis");
  });
  redis.on("error", (error: unknown) => {
    if (!isTold) log.warn({ error }, "Redis cannot be reached; trying on in the background");
    isTold = true;
  });
}
