import { Secret } from "@gaia/kit/config/secret";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createSupabaseAuth } from "./supabase-auth.ts";

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

/** A project that answers with `answer`, and what it was asked. */
function setup(
  answer: () => Response | Promise<Response>,
  keys: { readonly serviceKey?: Secret; readonly anonKey?: Secret } = {},
) {
  const asked: Asked[] = [];
  const fetch = async (url: Parameters<typeof globalThis.fetch>[0], init: RequestInit = {}): Promise<Response> => {
    asked.push({ url: url instanceof Request ? url.url : String(url), init });
    return answer();
  };
  const supabase = createSupabaseAuth({
    url: "https://project.example.test/",
    anonKey: keys.anonKey ?? new Secret("anon"),
    serviceKey: keys.serviceKey,
    fetch,
    timeoutMs: 50,
  });
  return { supabase, asked };
}

const Health = z.object({ name: z.string() });
const asNobody = { method: "GET", path: "/health", as: "nobody" } as const;

describe("a call to a project", () => {
  test("shows the public key, and the token of whom it is for", async () => {
    const { supabase, asked } = setup(() => Response.json({ name: "GoTrue", extra: 1 }));
    const request = { method: "PUT", path: "/user", query: { a: "1" }, body: { data: {} } } as const;

    expect(await supabase.call({ ...request, as: { token: "t.o.k" } }, Health)).toEqual({ name: "GoTrue" });

    expect(asked).toMatchObject([
      {
        url: "https://project.example.test/auth/v1/user?a=1",
        init: {
          method: "PUT",
          body: '{"data":{}}',
          redirect: "manual",
          headers: { apikey: "anon", authorization: "Bearer t.o.k", "content-type": "application/json" },
        },
      },
    ]);
  });

  test("for Gaia itself shows the secret key, and is not made without one", async () => {
    const { supabase, asked } = setup(() => Response.json({ name: "x" }), { serviceKey: new Secret("service") });
    const without = setup(() => Response.json({ name: "x" }));

    await supabase.call({ ...asNobody, as: "service" }, Health);

    expect(asked[0]?.init.headers).toMatchObject({ apikey: "service", authorization: "Bearer service" });
    expect(without.supabase.hasServiceKey).toBe(false);
    await expect(without.supabase.call({ ...asNobody, as: "service" }, Health)).rejects.toMatchObject({
      code: "NOT_IMPLEMENTED",
      message: expect.stringContaining("SUPABASE_SERVICE_KEY"),
    });
    expect(without.asked).toEqual([]);
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ["cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["answers 500", () => Response.json({ msg: "Database error" }, { status: 500 })],
    ["stands behind something that answers 502", () => new Response("<html>Bad gateway</html>", { status: 502 })],
  ])("that %s is an outage, and says when to try again", async (_what, answer) => {
    await expect(setup(answer).supabase.call(asNobody, Health)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      reason: "identity.provider_unavailable",
      retryAfterSeconds: 5,
    });
  });

  test("that never answers is an outage, too", async () => {
    const supabase = createSupabaseAuth({
      url: "https://project.example.test",
      anonKey: new Secret("anon"),
      serviceKey: undefined,
      fetch: (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(new Error("timed out")));
        }),
      timeoutMs: 20,
    });

    await expect(supabase.call(asNobody, Health)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test.each([
    [400, { code: "invalid_credentials", message: "Invalid login credentials" }, "BAD_REQUEST"],
    [403, { code: 403, error_code: "otp_expired", msg: "Token has expired or is invalid" }, "FORBIDDEN"],
    [404, { code: 404, error_code: "user_not_found", msg: "User not found" }, "NOT_FOUND"],
    [422, { error_code: "weak_password", msg: "Password should be longer" }, "INVALID_INPUT"],
    [400, { error: "invalid_grant", error_description: "Invalid login credentials" }, "BAD_REQUEST"],
  ])("that is refused with %d %j keeps code and message", async (status, body, code) => {
    const { supabase } = setup(() => Response.json(body, { status }));
    const texts = Object.values(body).filter((value) => typeof value === "string");

    const error: unknown = await supabase.call(asNobody, Health).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code });
    expect(texts).toContain((error as Error).message);
  });

  test("that came too often says how long to wait", async () => {
    const { supabase } = setup(() =>
      Response.json(
        { code: "over_request_rate_limit", message: "Slowly" },
        { status: 429, headers: { "retry-after": "7" } },
      ),
    );

    await expect(supabase.call(asNobody, Health)).rejects.toMatchObject({
      code: "RATE_LIMITED",
      reason: "identity.over_request_rate_limit",
      retryAfterSeconds: 7,
    });
  });

  test("with a key of ours that the project does not know is our failure, not the caller's", async () => {
    const { supabase } = setup(() => Response.json({ message: "Invalid API key" }, { status: 401 }));

    await expect(supabase.call(asNobody, Health)).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
  });

  test.each([
    () => Response.json({ other: 1 }),
    () => new Response("hello"),
    () => new Response(null, { status: 302 }),
  ])("whose answer cannot be read is a failure of the project", async (answer) => {
    await expect(setup(answer).supabase.call(asNobody, Health)).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
  });
});
