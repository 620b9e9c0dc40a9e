import { expect, test } from "vitest";
import { retryAfterSeconds } from "./retry-after.ts";

const now = Date.UTC(2026, 10, 24, 12, 0, 0);

test.for([
  [{ "retry-after": "12" }, 12],
  [{ "retry-after": "1.2" }, 2],
  [{ "retry-after": new Date(now + 30_000).toUTCString() }, 30],
  [{ "retry-after": new Date(now - 30_000).toUTCString() }, 0],
  [{ "retry-after-ms": "1500", "retry-after": "9" }, 2],
  [{ "x-ratelimit-reset-requests": "6m0s" }, 360],
  [{ "x-ratelimit-reset-tokens": "350ms" }, 1],
  [{ "x-ratelimit-reset": String(now + 4000) }, 4],
  [{ "x-ratelimit-reset": String(now / 1000 + 4) }, 4],
  [{ "anthropic-ratelimit-requests-reset": new Date(now + 5000).toISOString() }, 5],
  [{ "retry-after": "soon" }, undefined],
  [{}, undefined],
] as const)("%j means %s seconds", ([headers, seconds]) => {
  expect(retryAfterSeconds(headers, now)).toBe(seconds);
});

test("only limits that are used up count", () => {
  const headers = {
    "x-ratelimit-reset-requests": "1h",
    "x-ratelimit-remaining-requests": "99",
    "x-ratelimit-reset-tokens": "3s",
    "x-ratelimit-remaining-tokens": "0",
  };
  expect(retryAfterSeconds(headers, now)).toBe(3);
});
