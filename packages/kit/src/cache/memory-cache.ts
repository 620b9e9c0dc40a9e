import { LRUCache } from "lru-cache";
import type { Cache } from "./cache.ts";

interface MemoryCacheOptions {
  readonly maximumEntries?: number;
  readonly maximumBytes?: number;
}

/** A cache of this process. What was used longest ago leaves first. */
export function createMemoryCache({
  maximumEntries = 50_000,
  maximumBytes = 64 * 1_048_576,
}: MemoryCacheOptions = {}): Cache {
  const entries = new LRUCache<string, string>({
    max: maximumEntries,
    maxSize: maximumBytes,
    sizeCalculation: (value, key) => Buffer.byteLength(key) + Buffer.byteLength(value) + 1,
  });
  return {
    get: async (key) => entries.get(key),
    async set(key, value, ttlSeconds) {
      // The library takes 0 for "for ever".
      entries.set(key, value, { ttl: Math.max(1, ttlSeconds * 1_000) });
    },
    async delete(key) {
      entries.delete(key);
    },
    state: () => "not_used",
    close: async () => entries.clear(),
  };
}
