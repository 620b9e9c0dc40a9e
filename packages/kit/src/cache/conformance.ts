import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Cache } from "./cache.ts";

/** What every cache promises. `open` gives one that is ready. */
export function describeCache(name: string, open: () => Promise<Cache>): void {
  const setup = async () => {
    const cache = await open();
    onTestFinished(() => cache.close());
    // A key of its own, because caches may share one server.
    return { cache, key: `test:${randomUUID()}` };
  };

  describe(`the ${name} cache`, () => {
    test("what was set is there, and nothing else", async () => {
      const { cache, key } = await setup();

      await cache.set(key, "välue \u0000 ✓", 60);

      expect(await cache.get(key)).toBe("välue \u0000 ✓");
      expect(await cache.get(`${key}:other`)).toBeUndefined();
    });

    test("an empty value is a value", async () => {
      const { cache, key } = await setup();

      await cache.set(key, "", 60);

      expect(await cache.get(key)).toBe("");
    });

    test("setting again replaces the value", async () => {
      const { cache, key } = await setup();

      await cache.set(key, "first", 60);
      await cache.set(key, "second", 60);

      expect(await cache.get(key)).toBe("second");
    });

    test("what was deleted is gone, and deleting what is not there is fine", async () => {
      const { cache, key } = await setup();
      await cache.set(key, "value", 60);

      await cache.delete(key);
      await cache.delete(key);

      expect(await cache.get(key)).toBeUndefined();
    });

    test("a value is gone after its time, and only then", async () => {
      const { cache, key } = await setup();

      await cache.set(`${key}:long`, "value", 60);
      await cache.set(`${key}:short`, "value", 0.3);
      expect(await cache.get(`${key}:short`)).toBe("value");

      await expect.poll(() => cache.get(`${key}:short`), { timeout: 5_000 }).toBeUndefined();
      expect(await cache.get(`${key}:long`)).toBe("value");
    });

    test("setting again renews the time", async () => {
      const { cache, key } = await setup();

      await cache.set(key, "value", 0.1);
      await cache.set(key, "value", 60);
      await cache.set(`${key}:witness`, "value", 0.15);

      await expect.poll(() => cache.get(`${key}:witness`), { timeout: 5_000 }).toBeUndefined();
      expect(await cache.get(key)).toBe("value");
    });

    test("no time to live is no time, not for ever", async () => {
      const { cache, key } = await setup();

      await cache.set(key, "value", 0);

      await expect.poll(() => cache.get(key)).toBeUndefined();
    });

    test("large values come back whole", async () => {
      const { cache, key } = await setup();
      const value = "x".repeat(1_000_000);

      await cache.set(key, value, 60);

      expect(await cache.get(key)).toBe(value);
    });

    test("after closing, everything is a miss and nothing throws", async () => {
      const { cache, key } = await setup();
      await cache.set(key, "value", 60);

      await cache.close();
      await cache.close();
      await cache.delete(key);

      expect(await cache.get(key)).toBeUndefined();
    });
  });
}
