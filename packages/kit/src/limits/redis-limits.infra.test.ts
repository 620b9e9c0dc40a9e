import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { startFaultProxy } from "../../../../tests/support/fault-proxy.ts";
import { freePort } from "../../../../tests/support/free-port.ts";
import { infraUrl } from "../../../../tests/support/infra-url.ts";
import { startRedis } from "../../../../tests/support/start-redis.ts";
import { createLog } from "../log.ts";
import { describeRateLimits } from "./conformance.ts";
import { createRedisLimits } from "./redis-limits.ts";

const limit = { name: "test", count: 10, windowSeconds: 60 };
const silent = await createLog({ level: "silent", pretty: false });

/** Limits on a Redis that answers, which the log tells. */
async function openLimits(url: string, now?: () => number) {
  const { promise: connected, resolve } = Promise.withResolvers<void>();
  const write = (line: string) => void (line.includes("connected to Redis") && resolve());
  const log = await createLog({ level: "info", pretty: false, destination: { write } });
  const limits = createRedisLimits({ url, log, ...(now === undefined ? {} : { now }) });
  onTestFinished(() => limits.close());
  await connected;
  return limits;
}

/** Limits whose Redis can be made to fail, with a clock in the test's hand, and others that see what Redis knows. */
async function setup() {
  const clock = { now: 0 };
  const proxy = await startFaultProxy({ port: Number(new URL(infraUrl("redis")).port) });
  onTestFinished(() => proxy.close());
  const limits = await openLimits(proxy.urlFor(infraUrl("redis")), () => clock.now);
  const others = await openLimits(infraUrl("redis"));
  return { limits, others, clock, proxy, key: randomUUID() };
}

describeRateLimits("Redis", () => openLimits(infraUrl("redis")));

test("two processes share one limit, exactly", async () => {
  const [one, two] = [await openLimits(infraUrl("redis")), await openLimits(infraUrl("redis"))];
  const key = randomUUID();

  const standings = await Promise.all(
    Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : two).take(limit, key)),
  );

  expect(standings.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
});

test("a count in Redis carries Gaia's prefix and ends by itself", async () => {
  const limits = await openLimits(infraUrl("redis"));
  const redis = new Redis(infraUrl("redis"));
  onTestFinished(() => redis.disconnect());
  const key = randomUUID();

  await limits.take(limit, key);

  expect(await redis.get(`gaia:limit:test:${key}`)).toBe("1");
  expect(await redis.ttl(`gaia:limit:test:${key}`)).toBeGreaterThan(50);
});

test.each([["that never answers", "stall" as const] as const, ["that needs 30 s", { delayMs: 30_000 }] as const])(
  "a Redis %s costs each of five requests a moment, and the others nothing; they are limited all the same",
  async (_what, fault) => {
    const { limits, proxy, key } = await setup();
    await proxy.inject(fault);

    const slow: number[] = [];
    for (let index = 0; index < 5; index++) slow.push(await timeOf(() => limits.take(limit, key)));
    const many = await Promise.all(Array.from({ length: 100 }, () => timed(() => limits.take(limit, key))));

    // The middle one, because a busy machine may hold up any single one.
    expect(slow.toSorted((a, b) => a - b)[2]).toBeLessThan(120);
    expect(Math.max(...many.map(({ ms }) => ms))).toBeLessThan(100);
    expect(many.filter(({ answer }) => answer.isAllowed)).toHaveLength(5);
  },
);

test("a Redis slower than 50 ms is treated as a dead one, until a probe after a minute finds it well", async () => {
  const { limits, others, clock, proxy, key } = await setup();
  const left = async (of: string) => (await others.look(limit, of)).remaining;
  await proxy.inject({ delayMs: 60 });
  await Promise.all(Array.from({ length: 5 }, () => limits.take(limit, `${key}:slow`)));
  await proxy.inject("none");
  await expect.poll(() => left(`${key}:slow`)).toBe(5);

  clock.now = 59_999;
  await limits.take(limit, key);
  expect(await left(key)).toBe(10);
  clock.now = 60_000;
  await limits.take(limit, key);

  expect(await left(key)).toBe(9);
});

test("commands that Redis refuses are counted here", async () => {
  const limits = await openLimits(infraUrl("redis"));
  const redis = new Redis(infraUrl("redis"));
  onTestFinished(() => redis.disconnect());
  const key = randomUUID();
  await redis.lpush(`gaia:limit:test:${key}`, "a list is no number");

  const standings = await Promise.all(Array.from({ length: 20 }, () => limits.take(limit, key)));

  expect(standings.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
});

test("a Redis that is not there yet slows nothing, and is used when it comes", async () => {
  const port = await freePort();
  const limits = createRedisLimits({ url: `redis://127.0.0.1:${port}`, log: silent });
  onTestFinished(() => limits.close());
  const { answer, ms } = await timed(() => Promise.all(Array.from({ length: 100 }, () => limits.take(limit, "early"))));
  expect(answer.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
  expect(ms).toBeLessThan(100);

  const server = await startRedis({ port });
  onTestFinished(() => server.stop());
  const redis = new Redis(server.url);
  onTestFinished(() => redis.disconnect());

  await expect
    .poll(
      async () => {
        await limits.take(limit, "late");
        return redis.exists("gaia:limit:test:late");
      },
      { timeout: 10_000 },
    )
    .toBe(1);
});

async function timed<T>(work: () => Promise<T>) {
  const started = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - started };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  return (await timed(work)).ms;
}
