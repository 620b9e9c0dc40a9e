import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { startFaultProxy } from "../../../../tests/support/fault-proxy.ts";
import { freePort } from "../../../../tests/support/free-port.ts";
import { infraUrl } from "../../../../tests/support/infra-url.ts";
import { startRedis } from "../../../../tests/support/start-redis.ts";
import { createLog } from "../log.ts";
import { describeCache } from "./conformance.ts";
import { createRedisCache } from "./redis-cache.ts";

const silent = await createLog({ level: "silent", pretty: false });

async function openCache(url: string, now?: () => number) {
  const cache = createRedisCache({ url, log: silent, ...(now === undefined ? {} : { now }) });
  onTestFinished(() => cache.close());
  await expect.poll(() => cache.state()).toBe("connected");
  return cache;
}

/** A cache whose Redis can be made to fail, with a clock in the test's hand. */
async function setup() {
  const clock = { now: 0 };
  const proxy = await startFaultProxy({ port: Number(new URL(infraUrl("redis")).port) });
  onTestFinished(() => proxy.close());
  const cache = await openCache(proxy.urlFor(infraUrl("redis")), () => clock.now);
  return { cache, clock, proxy, key: `test:${randomUUID()}` };
}

describeCache("Redis", () => openCache(infraUrl("redis")));

test("keys carry Gaia's prefix and a time to live", async () => {
  const cache = await openCache(infraUrl("redis"));
  const redis = new Redis(infraUrl("redis"));
  onTestFinished(() => redis.disconnect());
  const key = `test:${randomUUID()}`;

  await cache.set(key, "value", 60);

  expect(await redis.get(`gaia:${key}`)).toBe("value");
  expect(await redis.ttl(`gaia:${key}`)).toBeGreaterThan(50);
});

test("a Redis that accepts and never answers costs a miss within 200 ms, and after five of them nothing", async () => {
  const { cache, proxy, key } = await setup();
  await cache.set(key, "value", 60);
  await proxy.inject("stall");

  const slow: number[] = [];
  for (let index = 0; index < 5; index++) {
    const { answer, ms } = await timed(() => cache.get(key));
    expect(answer).toBeUndefined();
    slow.push(ms);
  }
  const many = await timed(() => Promise.all(Array.from({ length: 100 }, () => cache.get(key))));
  const write = await timed(() => cache.set(key, "other", 60));

  // The middle one, because a busy machine may hold up any single one.
  expect(slow.toSorted((a, b) => a - b)[2]).toBeLessThan(200);
  expect(Math.max(many.ms, write.ms)).toBeLessThan(100);
  expect(cache.state()).toBe("disconnected");
});

test("a Redis slower than 150 ms is treated as a dead one, until a probe after a minute finds it well", async () => {
  const { cache, clock, proxy, key } = await setup();
  await cache.set(key, "value", 60);
  await proxy.inject({ delayMs: 120 });
  await Promise.all(Array.from({ length: 5 }, () => cache.get(key)));
  expect(cache.state()).toBe("disconnected");

  await proxy.inject("none");
  clock.now = 59_999;
  expect(await cache.get(key)).toBeUndefined();
  clock.now = 60_000;

  expect(await cache.get(key)).toBe("value");
  expect(cache.state()).toBe("connected");
});

test("commands that Redis refuses count as failures too", async () => {
  const cache = await openCache(infraUrl("redis"));
  const redis = new Redis(infraUrl("redis"));
  onTestFinished(() => redis.disconnect());
  const key = `test:${randomUUID()}`;
  await redis.lpush(`gaia:${key}`, "a list is no string");

  for (let index = 0; index < 5; index++) expect(await cache.get(key)).toBeUndefined();

  expect(cache.state()).toBe("disconnected");
});

test("a Redis that is not there yet is a miss at once, and is used when it comes", async () => {
  const port = await freePort();
  const cache = createRedisCache({ url: `redis://127.0.0.1:${port}`, log: silent });
  onTestFinished(() => cache.close());
  await cache.set("early", "value", 60);
  expect(await cache.get("early")).toBeUndefined();
  expect(cache.state()).toBe("disconnected");

  const server = await startRedis({ port });
  onTestFinished(() => server.stop());
  await expect.poll(() => cache.state(), { timeout: 10_000 }).toBe("connected");

  await cache.set("late", "value", 60);
  expect(await cache.get("late")).toBe("value");
});

test("a crash of Redis is a miss, and its return is found", async () => {
  const first = await startRedis();
  onTestFinished(() => first.stop());
  const cache = await openCache(first.url);
  await cache.set("key", "value", 60);

  await first.kill();
  expect(await cache.get("key")).toBeUndefined();
  await expect.poll(() => cache.state()).toBe("disconnected");

  const second = await startRedis({ port: first.port });
  onTestFinished(() => second.stop());
  await expect.poll(() => cache.state(), { timeout: 10_000 }).toBe("connected");
  await cache.set("key", "again", 60);
  expect(await cache.get("key")).toBe("again");
});

async function timed(work: () => Promise<unknown>) {
  const started = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - started };
}
