import { describe, expect, test } from "vitest";
import { renderError } from "../render-error.ts";
import { limitExceeded } from "./limit-exceeded.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

const standing = {
  limit: { name: "principal", count: 1200, windowSeconds: 60 },
  isAllowed: true,
  remaining: 1199,
  resetMs: 59_001,
};
const fields = {
  "ratelimit-limit": "1200",
  "ratelimit-remaining": "1199",
  "ratelimit-reset": "60",
  "ratelimit-policy": '1200;w=60;comment="principal"',
};

describe("the headers of a limit", () => {
  test.each(["gaia", "anthropic", "supabase", "html"] as const)("are the IETF's for clients of %s", (dialect) => {
    expect(rateLimitHeaders(standing, dialect)).toEqual(fields);
  });

  test.each(["openai", "hybrid"] as const)("are also OpenAI's for clients of %s", (dialect) => {
    expect(rateLimitHeaders(standing, dialect)).toEqual({
      ...fields,
      "x-ratelimit-limit-requests": "1200",
      "x-ratelimit-remaining-requests": "1199",
      "x-ratelimit-reset-requests": "60s",
    });
  });

  test("name tokens where those are counted", () => {
    const limit = { ...standing.limit, unit: "tokens" as const };

    expect(rateLimitHeaders({ ...standing, limit }, "openai")).toMatchObject({
      "x-ratelimit-limit-tokens": "1200",
      "x-ratelimit-remaining-tokens": "1199",
      "x-ratelimit-reset-tokens": "60s",
    });
  });

  test("are on the refusal itself", () => {
    const { status, headers } = renderError(limitExceeded({ ...standing, remaining: 0 }), "openai", "request-1");

    expect(status).toBe(429);
    expect(headers).toMatchObject({
      "retry-after": "60",
      "ratelimit-remaining": "0",
      "x-ratelimit-reset-requests": "60s",
    });
  });
});
