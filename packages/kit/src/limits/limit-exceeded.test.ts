import { GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { limitExceeded, standingBehind } from "./limit-exceeded.ts";

const standing = {
  limit: { name: "test", count: 1, windowSeconds: 60 },
  isAllowed: false,
  remaining: 0,
  resetMs: 1,
};

test.each([
  [60, 60, "60 per 1 minute"],
  [5, 1, "5 per 1 second"],
  [30, 300, "30 per 5 minute"],
  [10, 3600, "10 per 1 hour"],
  [1, 86_400, "1 per 1 day"],
  [1, 90, "1 per 90 second"],
])("%i in %i seconds is told as %s", (count, windowSeconds, told) => {
  const error = limitExceeded({ ...standing, limit: { name: "test", count, windowSeconds } });

  expect(error.toWire()).toMatchObject({
    code: "RATE_LIMITED",
    message: `Rate limit exceeded: ${told}`,
    details: { limit: "test" },
  });
});

test.each([
  [0, 1],
  [1, 1],
  [1000, 1],
  [1001, 2],
])("%i ms to wait are told as %i seconds", (resetMs, seconds) => {
  expect(limitExceeded({ ...standing, resetMs })).toMatchObject({ retryAfterSeconds: seconds });
});

test("what is not requests is named", () => {
  const limit = { name: "tokens", count: 900, windowSeconds: 60, unit: "tokens" as const };

  expect(limitExceeded({ ...standing, limit }).message).toBe("Rate limit exceeded: 900 tokens per 1 minute");
});

test("who is refused can be told how things stand", () => {
  expect(standingBehind(limitExceeded(standing))).toBe(standing);
  expect(standingBehind(new GaiaError("RATE_LIMITED", "The provider is busy"))).toBeUndefined();
  expect(standingBehind(undefined)).toBeUndefined();
});
