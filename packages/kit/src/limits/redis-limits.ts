import { RateLimiterRedis } from "rate-limiter-flexible";
import { CircuitBreaker } from "../cache/circuit-breaker.ts";
import { connectRedis, type RedisConnection } from "../redis/connect-redis.ts";
import { type Counter, countInWindows } from "./count-in-windows.ts";
import { createMemoryCounter } from "./memory-limits.ts";
import type { RateLimits } from "./rate-limits.ts";

interface RedisLimitsOptions extends RedisConnection {
  readonly now?: () => number;
}

// Requests wait for this, so a Redis that needs longer is of no use; a healthy one answers in a thousandth of it.
const answerMs = 50;
const lateMs = 10;
const failureLimit = 5;
const pauseMs = 60_000;

/**
 * Limits that all processes share through Redis. While Redis is away each process counts for itself, at once; five slow
 * or failed commands in a row count as away, for a minute. Both ways, counts start anew.
 */
export function createRedisLimits(options: RedisLimitsOptions): RateLimits {
  return countInWindows(createRedisCounter(options));
}

function createRedisCounter({ now = Date.now, ...connection }: RedisLimitsOptions): Counter {
  const { log } = connection;
  const redis = connectRedis(connection, "limits");
  // Limit and window come with each call; the library only counts.
  const limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix: "limit", points: 1, duration: 1 });
  const own = createMemoryCounter();
  const breaker = new CircuitBreaker({
    failureLimit,
    pauseMs,
    now,
    onOpen: () => log.warn({ pauseSeconds: pauseMs / 1000 }, "Redis fails or is slow: each process limits for itself"),
  });

  const ask = async <T>(shared: () => Promise<T>, instead: () => Promise<T>): Promise<T> => {
    if (redis.status !== "ready" || !breaker.admits()) return instead();
    try {
      const answer = await withinTime(shared());
      breaker.succeeded();
      return answer;
    } catch (error) {
      log.debug({ error }, "a limit could not be asked of Redis");
      breaker.failed();
      return instead();
    }
  };

  return {
    add: (key, amount, windowSeconds) =>
      ask(
        () => limiter.penalty(key, amount, { customDuration: windowSeconds }),
        () => own.add(key, amount, windowSeconds),
      ),
    read: (key) =>
      ask(
        () => limiter.get(key),
        () => own.read(key),
      ),
    async close() {
      redis.disconnect();
    },
  };
}

/**
 * Rejects what takes too long. Where this process is too busy to notice, that is not Redis's delay: an answer that lies in
 * the socket gets another turn, or another while when the clock was late too. The connection's own limit ends that.
 */
function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: NodeJS.Timeout;
  const wait = () => {
    const due = performance.now() + answerMs;
    timer = setTimeout(() => {
      if (performance.now() - due > lateMs) wait();
      else setImmediate(() => reject(new Error(`Redis did not answer within ${answerMs} ms`)));
    }, answerMs);
  };
  wait();
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
