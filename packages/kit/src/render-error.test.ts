import { type Dialect, GaiaError, invalidCredentials, notFound, unauthenticated, unavailable } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { renderError } from "./render-error.ts";

const issues = [
  { type: "invalid_type", loc: ["body", "messages", 0, "content"], msg: "Invalid input: expected string" },
];
const errors = {
  invalid: new GaiaError("INVALID_INPUT", "Invalid input: body.messages.0.content: expected string", { issues }),
  missing: notFound("Conversation", "c-1"),
  model: new GaiaError("NOT_FOUND", "No such model", {
    reason: "model.not_found",
    details: { available: ["gaia-offline"] },
  }),
  credentials: invalidCredentials(),
  limited: new GaiaError("RATE_LIMITED", "Rate limit exceeded: 60 per 1 minute", { retryAfterSeconds: 12 }),
  away: unavailable("chat"),
  weak: new GaiaError("INVALID_INPUT", "Password should be at least 6 characters.", {
    reason: "identity.weak_password",
    details: { weak_password: { reasons: ["length"] } },
  }),
};
type Name = keyof typeof errors;

function render(name: Name, dialect: Dialect): { status: number; body: unknown } {
  const { status, body, contentType } = renderError(errors[name], dialect, "r-1");
  return { status, body: contentType === "application/json" ? JSON.parse(body) : body };
}

const openAi = (message: string, type: string, code: string, more: object = {}) => ({
  message,
  type,
  param: null,
  code,
  ...more,
});

// What clients of each dialect parse: a change here breaks them.
const golden: readonly [Dialect, Name, number, unknown][] = [
  ["gaia", "invalid", 422, { detail: issues, code: "INVALID_INPUT", request_id: "r-1" }],
  ["gaia", "missing", 404, { detail: "Conversation not found: c-1", code: "NOT_FOUND", request_id: "r-1" }],
  [
    "gaia",
    "model",
    404,
    {
      detail: "No such model",
      code: "NOT_FOUND",
      reason: "model.not_found",
      details: { available: ["gaia-offline"] },
      request_id: "r-1",
    },
  ],
  [
    "gaia",
    "credentials",
    401,
    {
      detail: "Could not validate credentials",
      code: "UNAUTHENTICATED",
      reason: "credentials.invalid",
      request_id: "r-1",
    },
  ],
  [
    "gaia",
    "limited",
    429,
    {
      detail: "Rate limit exceeded: 60 per 1 minute",
      error: "Rate limit exceeded: 60 per 1 minute",
      code: "RATE_LIMITED",
      request_id: "r-1",
    },
  ],
  [
    "gaia",
    "away",
    503,
    { detail: "Service chat unavailable", code: "UNAVAILABLE", reason: "service.unavailable", request_id: "r-1" },
  ],
  [
    "openai",
    "invalid",
    400,
    {
      error: openAi(errors.invalid.message, "invalid_request_error", "invalid_input", { param: "messages.0.content" }),
      request_id: "r-1",
    },
  ],
  [
    "openai",
    "model",
    404,
    {
      error: openAi("No such model", "invalid_request_error", "model_not_found", {
        details: { available: ["gaia-offline"] },
      }),
      request_id: "r-1",
    },
  ],
  [
    "openai",
    "credentials",
    401,
    { error: openAi("Could not validate credentials", "authentication_error", "invalid_api_key"), request_id: "r-1" },
  ],
  [
    "openai",
    "limited",
    429,
    { error: openAi(errors.limited.message, "rate_limit_error", "rate_limited"), request_id: "r-1" },
  ],
  [
    "openai",
    "away",
    503,
    { error: openAi("Service chat unavailable", "api_error", "service_unavailable"), request_id: "r-1" },
  ],
  [
    "hybrid",
    "missing",
    404,
    {
      detail: "Conversation not found: c-1",
      code: "NOT_FOUND",
      request_id: "r-1",
      error: openAi("Conversation not found: c-1", "invalid_request_error", "not_found"),
    },
  ],
  [
    "hybrid",
    "invalid",
    422,
    expect.objectContaining({ detail: issues, error: expect.objectContaining({ param: "messages.0.content" }) }),
  ],
  [
    "anthropic",
    "invalid",
    400,
    { type: "error", error: { type: "invalid_request_error", message: errors.invalid.message }, request_id: "r-1" },
  ],
  [
    "anthropic",
    "missing",
    404,
    { type: "error", error: { type: "not_found_error", message: "Conversation not found: c-1" }, request_id: "r-1" },
  ],
  [
    "anthropic",
    "credentials",
    401,
    {
      type: "error",
      error: { type: "authentication_error", message: "Could not validate credentials" },
      request_id: "r-1",
    },
  ],
  [
    "anthropic",
    "away",
    503,
    { type: "error", error: { type: "overloaded_error", message: "Service chat unavailable" }, request_id: "r-1" },
  ],
  ["supabase", "credentials", 401, { code: 401, error_code: "bad_jwt", msg: "Could not validate credentials" }],
  ["supabase", "invalid", 422, { code: 422, error_code: "validation_failed", msg: errors.invalid.message }],
  ["supabase", "limited", 429, { code: 429, error_code: "over_request_rate_limit", msg: errors.limited.message }],
  ["supabase", "away", 503, { code: 503, error_code: "unexpected_failure", msg: "Service chat unavailable" }],
  [
    "supabase",
    "weak",
    422,
    { code: 422, error_code: "weak_password", msg: errors.weak.message, weak_password: { reasons: ["length"] } },
  ],
  [
    "html",
    "missing",
    404,
    '<div role="alert" class="error" data-code="NOT_FOUND"><p>Conversation not found: c-1</p><small>r-1</small></div>',
  ],
];

describe("a rendered error", () => {
  test.each(golden)("in dialect %s, %s: status %i", (dialect, name, status, body) => {
    expect(render(name, dialect)).toEqual({ status, body });
  });

  test("says how to authenticate, in every dialect", () => {
    for (const dialect of ["gaia", "openai", "hybrid", "anthropic", "supabase", "html"] as const) {
      expect(renderError(unauthenticated(), dialect, "r").headers["www-authenticate"]).toBe('Bearer realm="gaia"');
    }
  });

  test("in Supabase's dialect names its code in a header too", () => {
    expect(renderError(errors.weak, "supabase", "r").headers["x-sb-error-code"]).toBe("weak_password");
  });

  test("says when to try again", () => {
    expect(renderError(errors.limited, "openai", "r").headers["retry-after"]).toBe("12");
    expect(renderError(errors.away, "openai", "r").headers).not.toHaveProperty("retry-after");
  });

  test("never shows cause or stack", () => {
    const error = new GaiaError("INTERNAL", "Internal server error", {
      cause: new Error("select from api_keys failed"),
    });
    for (const dialect of ["gaia", "openai", "hybrid", "anthropic", "supabase", "html"] as const) {
      const text = JSON.stringify(renderError(error, dialect, "r-1"));
      expect(text).not.toContain("api_keys");
      expect(text).not.toContain("at ");
    }
  });

  test("as HTML lets nothing of a message or an id become markup", () => {
    const error = new GaiaError("BAD_REQUEST", `<script>alert("x")</script>&'`);

    const { body, contentType } = renderError(error, "html", '"><b>');

    expect(contentType).toBe("text/html; charset=utf-8");
    expect(body).toContain("&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;&#38;&#39;");
    expect(body).toContain("<small>b</small>");
  });
});
