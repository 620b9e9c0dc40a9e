import { accounts, type Contract, identity, type InputOf, nobody } from "@gaia/contracts";
import { implement } from "@gaia/kit/binding";
import { createLog } from "@gaia/kit/log";
import { createLocalTransport } from "@gaia/kit/transport/local";
import { describe, expect, test } from "vitest";
import { createTestGateway } from "../testing/create-test-gateway.ts";
import { forwardToSupabase } from "./forward-to-supabase.ts";

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
const caller = { requestId: "request-1", principal: nobody };

/** A project that answers with `answer`, what it was sent, and what the auth service was told. */
async function setup(answer: () => Response | Promise<Response>, isAuthAway = false) {
  const sent: Sent[] = [];
  const told: InputOf<typeof accounts.tellOfIdentityCall>[] = [];
  const log = await createLog({ level: "silent", pretty: false });
  const transport = createLocalTransport({ log });
  await transport.serve([
    implement(accounts.tellOfIdentityCall, async (_context, input) => {
      if (isAuthAway) throw new Error("the auth service is away");
      told.push(input);
      return {};
    }),
  ]);
  const fetch: typeof globalThis.fetch = async (url, init = {}) => {
    const { method, headers } = init;
    const body = init.body instanceof Uint8Array ? Buffer.from(init.body).toString() : "";
    sent.push({
      url: url instanceof URL ? url.href : "",
      method,
      headers: Object.fromEntries(new Headers(headers)),
      body,
    });
    return answer();
  };
  const forward = (path: string, init: RequestInit = {}, contract: Pick<Contract, "name"> = identity.logOut) =>
    forwardToSupabase(
      { transport, log, supabaseUrl: "https://project.example.test", fetch },
      { contract, caller, request: new Request(`http://gaia.test${path}`, init) },
    );
  return { forward, sent, told };
}

describe("a request of Supabase's clients", () => {
  test("reaches the project as it is, without what is not for it", async () => {
    const { forward, sent } = await setup(() => Response.json({ id: "1" }));

    await forward("/auth/v1/user?redirect_to=https%3A%2F%2Fa.test%2F%3Fb%3D1", {
      method: "PUT",
      body: '{"data":  {}}',
      headers: {
        apikey: "anon",
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "x-client-info": "supabase-js/2",
        "x-supabase-api-version": "2024-01-01",
        prefer: "return=minimal",
        cookie: "session=1",
        connection: "keep-alive",
        "x-api-key": "a key of Gaia's",
        "x-forwarded-for": "192.0.2.1",
      },
    });

    expect(sent).toEqual([
      {
        url: "https://project.example.test/auth/v1/user?redirect_to=https%3A%2F%2Fa.test%2F%3Fb%3D1",
        method: "PUT",
        body: '{"data":  {}}',
        headers: {
          apikey: "anon",
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "x-client-info": "supabase-js/2",
          "x-supabase-api-version": "2024-01-01",
          prefer: "return=minimal",
        },
      },
    ]);
  });

  test("gets the project's answer, redirects included, without its cookies and what is of the hop", async () => {
    const headers = {
      location: "https://site.example.test/#access_token=t",
      "set-cookie": "session=1",
      "access-control-allow-origin": "*",
      "content-encoding": "gzip",
      "x-sb-error-code": "otp_expired",
      "sb-auth-refresh-token-reuse": "false",
      "x-total-count": "7",
    };
    const { forward } = await setup(() => new Response(null, { status: 303, headers }));

    const response = await forward("/auth/v1/verify");

    expect(response.status).toBe(303);
    expect([...response.headers.keys()].toSorted()).toEqual([
      "location",
      "sb-auth-refresh-token-reuse",
      "x-sb-error-code",
      "x-total-count",
    ]);
  });

  test("is told as an outage when the project is away", async () => {
    const { forward } = await setup(() => Promise.reject(new TypeError("fetch failed")));

    await expect(forward("/auth/v1/health")).rejects.toMatchObject({
      code: "UNAVAILABLE",
      reason: "identity.provider_unavailable",
      retryAfterSeconds: 5,
    });
  });

  test("that its sender gave up is no outage", async () => {
    const { forward } = await setup(() => Promise.reject(new Error("aborted")));

    await expect(forward("/auth/v1/health", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "CANCELLED",
    });
  });

  test("to sign out is told to Gaia with its scope, once the project has done it", async () => {
    const done = await setup(() => new Response(null, { status: 204 }));
    const refused = await setup(() => Response.json({ msg: "no" }, { status: 403 }));
    const headers = { authorization: `Bearer ${token}` };

    for (const { forward } of [done, refused]) {
      await forward("/auth/v1/logout?scope=local", { method: "POST", headers });
      await forward("/auth/v1/logout", { method: "POST", headers });
    }

    expect(done.told).toMatchObject([
      { operation: "auth.log-out", token, how: "local" },
      { operation: "auth.log-out", token, how: null },
    ]);
    expect(refused.told).toEqual([]);
  });

  test("is told with what the project answered, and never with a password or a key of the project", async () => {
    const userId = "11111111-1111-1111-1111-111111111111";
    const user = { id: userId, banned_until: "2999-01-01T00:00:00Z" };
    const { forward, told } = await setup(() => Response.json(user));
    const body = JSON.stringify({ password: "correct horse", ban_duration: "24h" });
    const init = { method: "PUT", body, headers: { authorization: "Bearer the-service-key" } };

    await forward(`/auth/v1/admin/users/${userId}`, init, identity.updateIdentityUser);

    expect(told).toEqual([
      {
        operation: "auth.update-identity-user",
        token: null,
        accessToken: null,
        userId,
        isNew: true,
        bannedUntil: "2999-01-01T00:00:00Z",
        email: null,
        how: null,
        fields: ["password", "ban_duration"],
      },
    ]);
  });

  test("by a mailed link is told with the session behind the #", async () => {
    const location =
      "https://site.example.test/#access_token=a.eyJzdWIiOiIxMTExMTExMS0xMTExLTExMTEtMTExMS0xMTExMTExMTExMTEifQ.c";
    const { forward, told } = await setup(() => new Response(null, { status: 303, headers: { location } }));

    await forward("/auth/v1/verify?type=signup&token=t", {}, identity.verifyMailedLink);

    const userId = "11111111-1111-1111-1111-111111111111";
    expect(told).toMatchObject([{ how: "signup", userId, accessToken: expect.stringMatching(/^a\./) }]);
  });

  test("gets its session although Gaia cannot be told, but is not told that somebody is out", async () => {
    const { forward } = await setup(() => Response.json({ access_token: "a" }), true);

    expect((await forward("/auth/v1/token", { method: "POST", body: "{}" }, identity.issueSession)).status).toBe(200);
    await expect(forward("/auth/v1/logout", { method: "POST" }, identity.logOut)).rejects.toBeDefined();
  });
});

describe("with a project, a route of Supabase Auth", () => {
  // Nobody listens there.
  const supabaseUrl = "http://127.0.0.1:9";

  test("is answered by the project, also while the database is away", async () => {
    const { send, forwarded } = await createTestGateway({ supabaseUrl, isReady: () => false });

    const response = await send("/auth/v1/token?grant_type=password", { method: "POST", body: "{}" });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.json()).toMatchObject({ code: 503, error_code: "provider_unavailable" });
    expect(forwarded).toEqual([]);
  });
});

test("whoever only looks at a mailed link with HEAD does not use it up", async () => {
  const { send, forwarded } = await createTestGateway();

  const response = await send("/auth/v1/verify?type=signup&token=abc", { method: "HEAD" });

  expect(response.status).toBe(200);
  expect(forwarded).toEqual([]);
  await send("/auth/v1/verify?type=signup&token=abc");
  expect(forwarded).toHaveLength(1);
});
