import { connectRedis, type RedisConnection } from "../redis/connect-redis.ts";
import type { Cache } from "./cache.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";

interface RedisCacheOptions extends RedisConnection {
  readonly now?: () => number;
}

const failureLimit = 5;
const pauseMs = 60_000;

/**
 * A cache shared through Redis, connected in the background. While Redis is away every read is a miss, at once; five
 * slow or failed commands in a row count as away, for a minute.
 */
export function createRedisCache({ now = Date.now, ...connection }: RedisCacheOptions): Cache {
  const { log } = connection;
  const redis = connectRedis(connection, "cache");
  const breaker = new CircuitBreaker({
    failureLimit,
    pauseMs,
    now,
    onOpen: () => log.warn({ pauseSeconds: pauseMs / 1_000 }, "Redis fails or is slow: going on without it"),
  });

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
