import { expect, test } from "vitest";
import { modelHealthAfter, isRetryable } from "./failure-traits.ts";
import { toProviderError } from "./to-provider-error.ts";

function errorFor(status: number, body: unknown = {}, headers: Record<string, string> = {}) {
  const bodyText = typeof body === "string" ? body : JSON.stringify(body);
  return toProviderError({ status, headers, bodyText, provider: "openai", now: 0 });
}

test.for([
  [400, "BAD_REQUEST", 400],
  [401, "UPSTREAM_FAILED", 502],
  [403, "UPSTREAM_FAILED", 502],
  [408, "TIMEOUT", 504],
  [413, "PAYLOAD_TOO_LARGE", 413],
  [422, "BAD_REQUEST", 400],
  [429, "RATE_LIMITED", 429],
  [500, "UPSTREAM_FAILED", 502],
  [502, "UPSTREAM_FAILED", 502],
  [503, "UNAVAILABLE", 503],
  [504, "TIMEOUT", 504],
  [529, "UNAVAILABLE", 503],
  [302, "UPSTREAM_FAILED", 502],
] as const)("a provider's %i becomes %s", ([status, code, ours]) => {
  expect(errorFor(status)).toMatchObject({ code, status: ours });
});

test("refused credentials are Gaia's, not the caller's", () => {
  const error = errorFor(401, { error: { message: "Incorrect API key provided: sk-abcd" } });
  expect(error).toMatchObject({
    reason: "provider.unauthenticated",
    message: "The provider openai refused Gaia's credentials",
  });
});

test("an unknown model is told from an unknown address by the error object", () => {
  expect(errorFor(404, { error: { message: "no such model", code: "model_not_found" } })).toMatchObject({
    code: "NOT_FOUND",
    reason: "model.not_found",
  });
  expect(errorFor(404, "<html>nginx</html>")).toMatchObject({ code: "UPSTREAM_FAILED" });
});

test("a rejected request carries the provider's message, parameter and code", () => {
  const error = errorFor(400, { error: { message: "Too long", param: "messages", code: "context_length_exceeded" } });
  expect(error.message).toBe("Too long");
  expect(error.details).toEqual({ param: "messages", code: "context_length_exceeded" });
});

test("Anthropic's type stands in for a code", () => {
  const error = errorFor(400, {
    type: "error",
    error: { type: "invalid_request_error", message: "max_tokens: required" },
  });
  expect(error).toMatchObject({
    message: "max_tokens: required",
    details: { param: null, code: "invalid_request_error" },
  });
});

test("keys and excess length leave the message", () => {
  const { message } = errorFor(400, {
    error: { message: `Bad key sk-short99 and Bearer abcdEFGH1234ijkl ${"x".repeat(2000)}` },
  });
  expect(message).not.toContain("sk-short99");
  expect(message).not.toContain("abcdEFGH1234ijkl");
  expect(message.length).toBeLessThan(510);
});

test("other bodies never reach the message", () => {
  for (const status of [401, 404, 413, 429, 500, 503, 529]) {
    expect(errorFor(status, { error: { message: "internal host db-7 failed" } }).message).not.toContain("db-7");
  }
  expect(errorFor(400, "<html>db-7</html>").message).toBe("The provider openai rejected the request");
});

test("a rate limit says when to come back", () => {
  expect(errorFor(429, {}, { "retry-after": "7" }).retryAfterSeconds).toBe(7);
});

test("what may be retried, and what counts against the model", () => {
  expect([400, 401, 404, 413, 429, 500, 503, 529].filter((status) => isRetryable(errorFor(status)))).toEqual([
    429, 500, 503, 529,
  ]);
  expect([400, 401, 404, 429, 500, 529].map((status) => modelHealthAfter(errorFor(status)))).toEqual([
    "alive",
    "alive",
    "alive",
    "alive",
    "sick",
    "sick",
  ]);
});
