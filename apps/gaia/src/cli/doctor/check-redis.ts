import { setTimeout as delay } from "node:timers/promises";
import type { Cache } from "@gaia/kit/cache/cache";
import { createRedisCache } from "@gaia/kit/cache/redis-cache";
import type { GaiaConfig } from "../../config.ts";
import { createFailureMemory } from "./failure-memory.ts";
import { fail, type Finding, ok } from "./finding.ts";

const check = "redis";
const patienceMs = 3_000;
const pollMs = 25;
const probeKey = "doctor";

export async function checkRedis({ REDIS_URL, REDIS_PASSWORD }: GaiaConfig): Promise<Finding[]> {
  if (REDIS_URL === undefined) return [ok(check, "not configured; each process caches in memory")];
  const { host } = new URL(REDIS_URL);
  const { log, lastFailure } = await createFailureMemory();
  const cache = createRedisCache({ url: REDIS_URL, password: REDIS_PASSWORD, log });
  try {
    const latencyMs = await roundTrip(cache);
    if (latencyMs !== undefined) return [ok(check, `${host} stores and answers in ${latencyMs.toFixed(1)} ms`)];
    const reason = lastFailure() ?? "no answer";
    return [
      fail(
        check,
        `${host}: ${reason}`,
        "Start Redis, correct REDIS_URL, or unset it: Gaia goes on without shared caches",
      ),
    ];
  } finally {
    await cache.close();
  }
}

/** The cache connects in the background and never says why something is missing, so it is asked until it has it. */
async function roundTrip(cache: Cache): Promise<number | undefined> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    if (cache.state() === "connected") {
      const start = performance.now();
      await cache.set(probeKey, "yes", 1);
      if ((await cache.get(probeKey)) === "yes") return performance.now() - start;
    }
    await delay(pollMs);
  }
  return undefined;
}
