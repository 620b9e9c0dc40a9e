import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RateLimit, RateLimits } from "./rate-limits.ts";

const minute = { name: "test", windowSeconds: 60 } as const;

/** What all rate limits promise. `open` gives some that are ready; those on one server share their counts. */
export function describeRateLimits(name: string, open: () => Promise<RateLimits>): void {
  const setup = async () => {
    const limits = await open();
    onTestFinished(() => limits.close());
    // A key of its own, because limits may share one server.
    return { limits, key: randomUUID() };
  };
  const takeMany = (limits: RateLimits, limit: RateLimit, key: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => limits.take(limit, key)));

  describe(`the ${name} limits`, () => {
    test("let through as much as there is, and tell how much that is and until when", async () => {
      const { limits, key } = await setup();
      const limit = { ...minute, count: 2 };

      const standings = [await limits.take(limit, key), await limits.take(limit, key), await limits.take(limit, key)];

      expect(standings.map(({ isAllowed, remaining }) => ({ isAllowed, remaining }))).toEqual([
        { isAllowed: true, remaining: 1 },
        { isAllowed: true, remaining: 0 },
        { isAllowed: false, remaining: 0 },
      ]);
      for (const standing of standings) {
        expect(standing.limit).toBe(limit);
        expect(standing.resetMs).toBeGreaterThan(50_000);
        expect(standing.resetMs).toBeLessThanOrEqual(60_000);
      }
    });

    test("let exactly ten of a hundred through that come at once", async () => {
      const { limits, key } = await setup();

      const standings = await takeMany(limits, { ...minute, count: 10 }, key, 100);

      expect(standings.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
    });

    test("keep keys and limits apart", async () => {
      const { limits, key } = await setup();
      const limit = { ...minute, count: 1 };
      await limits.take(limit, key);

      expect((await limits.take(limit, `${key}:other`)).isAllowed).toBe(true);
      expect((await limits.take({ ...limit, name: "other" }, key)).isAllowed).toBe(true);
      expect((await limits.take(limit, key)).isAllowed).toBe(false);
    });

    test("do not count what they refuse, so that a higher limit helps at once", async () => {
      const { limits, key } = await setup();
      await takeMany(limits, { ...minute, count: 1 }, key, 20);

      expect(await limits.take({ ...minute, count: 3 }, key)).toMatchObject({ isAllowed: true, remaining: 1 });
    });

    test("take amounts, whole or not at all", async () => {
      const { limits, key } = await setup();
      const limit = { ...minute, count: 100 };

      expect(await limits.take(limit, key, 70)).toMatchObject({ isAllowed: true, remaining: 30 });
      expect(await limits.take(limit, key, 40)).toMatchObject({ isAllowed: false, remaining: 30 });
      expect(await limits.take(limit, key, 30)).toMatchObject({ isAllowed: true, remaining: 0 });
    });

    test("tell how it stands without counting", async () => {
      const { limits, key } = await setup();
      const limit = { ...minute, count: 1 };

      for (let times = 0; times < 3; times += 1)
        expect(await limits.look(limit, key)).toMatchObject({ isAllowed: true, remaining: 1 });
      await limits.take(limit, key);

      expect(await limits.look(limit, key)).toMatchObject({ isAllowed: false, remaining: 0 });
    });

    test("count beyond the limit what has happened, and give back", async () => {
      const { limits, key } = await setup();
      const limit = { ...minute, count: 100 };
      await limits.add(limit, key, 250);
      expect(await limits.look(limit, key)).toMatchObject({ isAllowed: false, remaining: 0 });

      await limits.add(limit, key, -200);

      expect(await limits.look(limit, key)).toMatchObject({ isAllowed: true, remaining: 50 });
    });

    test("begin anew after their window, and only then", async () => {
      const { limits, key } = await setup();
      const short = { name: "short", count: 1, windowSeconds: 1 };
      const long = { ...minute, count: 1 };
      await limits.take(short, key);
      await limits.take(long, key);
      expect((await limits.take(short, key)).isAllowed).toBe(false);

      await expect.poll(async () => (await limits.take(short, key)).isAllowed, { timeout: 5_000 }).toBe(true);
      expect((await limits.take(long, key)).isAllowed).toBe(false);
    });

    test("can be closed twice", async () => {
      const { limits } = await setup();

      await limits.close();
      await expect(limits.close()).resolves.toBeUndefined();
    });
  });
}
