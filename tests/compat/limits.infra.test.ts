import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { startDistributedGaia, startDistributedWorld } from "../support/start-distributed-gaia.ts";
import { createPerson, type World } from "../support/start-gaia.ts";
import { startRedis } from "../support/start-redis.ts";
import { describeLimits, limitsClient, lowLimits } from "./limits.ts";

describeLimits("distributed", startDistributedWorld);

describe("in Redis", () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());

  describeLimits("distributed, in Redis", (settings) => startDistributedGaia({ ...settings, REDIS_URL: redis.url }));
});

const personas = "/api/v1/chat/personas";

describe.each([
  ["is away", "refuse"],
  ["never answers", "stall"],
  ["needs 30 s", { delayMs: 30_000 }],
] as const)("when Redis %s", (_what, fault) => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let proxy: FaultProxy;
  let world: World;
  beforeAll(async () => {
    redis = await startRedis();
    proxy = await startFaultProxy({ port: redis.port });
    world = await startDistributedGaia({ ...lowLimits, REDIS_URL: proxy.urlFor(redis.url) });
  });
  afterAll(async () => {
    await world?.stop();
    await proxy?.close();
    await redis?.stop();
  });
  const { send, counts } = limitsClient(() => world);

  test("requests go on as fast as before, and are limited all the same", async () => {
    const [warm, key] = [await createPerson(world), await createPerson(world)].map((person) => person.key);
    if (warm === undefined || key === undefined) throw new Error("No keys");
    for (let times = 0; times < 5; times += 1) expect((await send(personas, { key: warm })).status).toBe(200);
    await proxy.inject(fault);

    const first = await timed(() => send(personas, { key: warm }));
    expect(first.answer.status).toBe(200);
    // A few requests find out, each in a moment.
    expect(first.ms).toBeLessThan(1000);
    for (let times = 0; times < 5; times += 1) expect((await send(personas, { key: warm })).status).toBe(200);
    const later: number[] = [];
    for (let times = 0; times < 9; times += 1) {
      const { answer, ms } = await timed(() => send(personas, { key: warm }));
      expect(answer.status).toBe(200);
      later.push(ms);
    }
    expect(later.toSorted((a, b) => a - b)[4]).toBeLessThan(40);

    expect(await counts(100, personas, { key })).toEqual({ 200: 20, 429: 80 });
    expect(await counts(9, personas, { key: "unknown", address: "10.9.9.9" })).toEqual({ 401: 5, 429: 4 });
  });
});

async function timed<T>(work: () => Promise<T>) {
  const started = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - started };
}
