import { LRUCache } from "lru-cache";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { type Counter, countInWindows } from "./count-in-windows.ts";
import type { RateLimits } from "./rate-limits.ts";

// Some of the keys are chosen by strangers, such as the addresses that they guess.
const defaultMaximumKeys = 50_000;

interface MemoryLimitsOptions {
  readonly maximumKeys?: number;
}

/** Limits of this process. With too many keys, the one used longest ago starts anew. */
export function createMemoryLimits(options: MemoryLimitsOptions = {}): RateLimits {
  return countInWindows(createMemoryCounter(options));
}

export function createMemoryCounter({ maximumKeys = defaultMaximumKeys }: MemoryLimitsOptions = {}): Counter {
  // Limit and window come with each call; the library only counts.
  const limiter = new RateLimiterMemory({ points: 1, duration: 1 });
  const keys = new LRUCache<string, true>({
    max: maximumKeys,
    dispose: (_value, key, reason) => {
      if (reason === "evict") void limiter.delete(key);
    },
  });
  return {
    add(key, amount, windowSeconds) {
      if (keys.get(key) === undefined) keys.set(key, true);
      return limiter.penalty(key, amount, { customDuration: windowSeconds });
    },
    read: (key) => limiter.get(key),
    close: async () => undefined,
  };
}
