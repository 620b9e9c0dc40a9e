import { expect, test } from "vitest";
import { describeCache } from "./conformance.ts";
import { createMemoryCache } from "./memory-cache.ts";

describeCache("memory", async () => createMemoryCache());

test("the entry that was used longest ago makes room", async () => {
  const cache = createMemoryCache({ maximumEntries: 2 });

  await cache.set("a", "1", 60);
  await cache.set("b", "2", 60);
  await cache.get("a");
  await cache.set("c", "3", 60);

  expect([await cache.get("a"), await cache.get("b"), await cache.get("c")]).toEqual(["1", undefined, "3"]);
});

test("entries together stay below the limit in bytes, and one above it is not kept", async () => {
  const cache = createMemoryCache({ maximumBytes: 1_000 });

  await cache.set("a", "é".repeat(300), 60);
  await cache.set("b", "é".repeat(300), 60);
  await cache.set("c", "é".repeat(501), 60);

  expect([await cache.get("a"), (await cache.get("b"))?.length, await cache.get("c")]).toEqual([
    undefined,
    300,
    undefined,
  ]);
});
