import { expect, test } from "vitest";
import { describeRateLimits } from "./conformance.ts";
import { createMemoryLimits } from "./memory-limits.ts";

describeRateLimits("memory", async () => createMemoryLimits());

test("with too many keys, the one used longest ago starts anew", async () => {
  const limits = createMemoryLimits({ maximumKeys: 2 });
  const limit = { name: "test", count: 1, windowSeconds: 60 };
  await limits.take(limit, "a");
  await limits.take(limit, "b");
  await limits.take(limit, "a");

  await limits.take(limit, "c");

  expect(await limits.look(limit, "a")).toMatchObject({ isAllowed: false });
  expect(await limits.look(limit, "b")).toMatchObject({ isAllowed: true });
});
