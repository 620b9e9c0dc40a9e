import { randomUUID } from "node:crypto";
import { Secret } from "@gaia/kit/config/secret";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import { describe, expect, test, vi } from "vitest";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { createTokenKeys } from "./token-keys.ts";
import { verifyToken } from "./verify-token.ts";

const secret = "a-shared-secret-of-some-length-0123456789";
const issuer = "https://project.example.test/auth/v1";
const now = new Date("2026-11-24T12:00:00.000Z");
const seconds = Math.floor(now.getTime() / 1000);
const { setup } = await openAuthWorld();

interface TokenChanges {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: Parameters<SignJWT["sign"]>[0];
}

function claimsOf(changes: JWTPayload = {}): JWTPayload {
  const session_id = randomUUID();
  const base = { sub: randomUUID(), aud: "authenticated", role: "authenticated", iss: issuer, session_id };
  return { ...base, exp: seconds + 3600, iat: seconds, email: "ada@example.test", ...changes };
}

async function sign({ claims, header, key }: TokenChanges = {}): Promise<string> {
  return new SignJWT(claimsOf(claims))
    .setProtectedHeader({ alg: "HS256", ...header })
    .sign(key ?? new TextEncoder().encode(secret));
}

/** A project with a key set on no network, which counts how often it is asked and can go away. */
async function openProject() {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "key-1", alg: "ES256" }];
  const project = { asked: 0, isAway: false, keys, privateKey };
  const fetch = async (): Promise<Response> => {
    project.asked += 1;
    if (project.isAway) throw new Error("the project is away");
    return Response.json({ keys: project.keys });
  };
  return { project, fetch };
}

async function world() {
  const { project, fetch } = await openProject();
  const tokenKeys = createTokenKeys({ secret: new Secret(secret), supabaseUrl: "https://project.example.test", fetch });
  const { deps, kysely, lines } = await setup({ now: () => now, tokenKeys, tokenIssuer: issuer });
  return { deps, kysely, lines, project, verify: (token: string) => verifyToken(deps, { token }) };
}

describe("an access token", () => {
  test("names its user, who gets a row with the same id at first sight", async () => {
    const { verify, kysely } = await world();
    const sub = randomUUID();
    const token = await sign({ claims: { sub, session_id: "session-1" } });

    expect(await verify(token)).toMatchObject({
      principal: { kind: "user", userId: sub, email: "ada@example.test", sessionId: "session-1" },
      expiresAt: seconds + 3600,
    });
    await verify(token);
    expect(await kysely.selectFrom("users").select(["id", "email"]).execute()).toEqual([
      { id: sub, email: "ada@example.test" },
    ]);
  });

  test("may be signed with a key of the project's set, beside the shared secret", async () => {
    const { verify, project } = await world();
    const header = { alg: "ES256", kid: "key-1" };

    expect((await verify(await sign({ header, key: project.privateKey }))).principal).toMatchObject({ kind: "user" });
    expect((await verify(await sign())).principal).toMatchObject({ kind: "user" });
  });

  test("of an anonymous user is a guest's", async () => {
    const { verify, kysely } = await world();

    const claims = { is_anonymous: true, sub: "11111111-1111-1111-1111-111111111111", session_id: "session-1" };
    expect((await verify(await sign({ claims }))).principal).toEqual({
      kind: "guest",
      permissions: [],
      userId: claims.sub,
      sessionId: claims.session_id,
    });
    expect(await kysely.selectFrom("users").select("id").execute()).toEqual([]);
  });

  test.each<[string, TokenChanges]>([
    ["that has ended", { claims: { exp: seconds - 6 } }],
    ["without an end", { claims: { exp: undefined as never } }],
    ["that begins later", { claims: { nbf: seconds + 60 } }],
    ["that was issued later", { claims: { iat: seconds + 60 } }],
    ["without a subject", { claims: { sub: undefined as never } }],
    ["whose subject is no id", { claims: { sub: "' or 1=1 --" } }],
    ["for another audience", { claims: { aud: "anon" } }],
    ["of another issuer", { claims: { iss: "https://evil.example.test/auth/v1" } }],
    ["of the role that services have", { claims: { role: "service_role" } }],
    ["with another secret", { key: new TextEncoder().encode("another-secret-of-some-length-0123456789") }],
    ["with another algorithm of the same secret", { header: { alg: "HS512" } }],
    ["with an address full of NUL", { claims: { email: "a\0b@example.test" } }],
  ])("%s is none", async (_what, changes) => {
    const { verify } = await world();

    expect(await verify(await sign(changes))).toEqual({ principal: null, expiresAt: null });
  });

  test("within the leeway of clocks is still one", async () => {
    const { verify } = await world();

    expect((await verify(await sign({ claims: { exp: seconds - 3 } }))).principal).not.toBeNull();
  });

  test("cannot pass by its form: no signature, nonsense, too long, a public key as a secret", async () => {
    const { verify, project } = await world();
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = `${encode({ alg: "none" })}.${encode(claimsOf())}.`;
    const confused = await sign({ key: new TextEncoder().encode(JSON.stringify(project.keys[0])) });

    for (const token of [unsigned, confused, "a.b.c", "", "\0.\0.\0", "🤖.🤖.🤖", "x".repeat(100_000)]) {
      expect(await verify(token)).toEqual({ principal: null, expiresAt: null });
    }
  });

  test("of a user who was switched off is none", async () => {
    const { verify, kysely } = await world();
    const sub = randomUUID();
    await kysely.insertInto("users").values({ id: sub, email: "off@example.test", is_active: false }).execute();

    expect((await verify(await sign({ claims: { sub } }))).principal).toBeNull();
  });

  test("with an address that another user has does not become that user", async () => {
    const { verify, kysely } = await world();
    const sub = randomUUID();
    await kysely.insertInto("users").values({ id: randomUUID(), email: "ada@example.test" }).execute();

    expect((await verify(await sign({ claims: { sub } }))).principal).toMatchObject({
      userId: sub,
      email: `${sub}@gaia.local`,
    });
  });

  test("tells of a new address where a project keeps the accounts, once it is free and the token newer", async () => {
    const { deps, kysely } = await world();
    const supabase = { hasServiceKey: false, call: () => Promise.reject(new Error("not asked")) };
    const sub = randomUUID();
    const taken = randomUUID();
    const old = new Date(now.getTime() - 3_600_000);
    const stored = { id: sub, email: "old@example.test", created_at: old, updated_at: old };
    await kysely
      .insertInto("users")
      .values([stored, { id: taken, email: "Ada@example.test" }])
      .execute();
    const emailOf = async (changes: JWTPayload = {}) => {
      const token = await sign({ claims: { sub, ...changes } });
      const { principal } = await verifyToken({ ...deps, supabase }, { token });
      return principal?.kind === "user" ? principal.email : null;
    };

    expect(await emailOf()).toBe("old@example.test");
    await kysely.updateTable("users").set({ email: "other@example.test" }).where("id", "=", taken).execute();
    expect(await emailOf({ iat: seconds - 7200 })).toBe("old@example.test");
    expect(await emailOf()).toBe("ada@example.test");
    const subjects = await kysely.selectFrom("event_outbox").select(["subject", "payload"]).execute();
    expect(subjects).toMatchObject([{ subject: "gaia.auth.access.changed", payload: { user_ids: [sub] } }]);
  });

  test("goes on working while the project is away, once its key was seen", async () => {
    const { verify, project } = await world();
    const header = { alg: "ES256", kid: "key-1" };
    const token = await sign({ header, key: project.privateKey });
    await verify(token);
    project.isAway = true;

    expect((await verify(token)).principal).not.toBeNull();
  });

  test("of a key made while the project is away cannot be judged, although older keys are known", async () => {
    const { verify, project } = await world();
    const stranger = await generateKeyPair("ES256");
    await verify(await sign({ header: { alg: "ES256", kid: "key-1" }, key: project.privateKey }));
    project.isAway = true;
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
    try {
      const token = await sign({ header: { alg: "ES256", kid: "key-2" }, key: stranger.privateKey });
      await expect(verify(token)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    } finally {
      vi.useRealTimers();
    }
  });

  test("whose key was never seen cannot be judged while the project is away", async () => {
    const { verify, project } = await world();
    project.isAway = true;
    const token = await sign({ header: { alg: "ES256", kid: "key-1" }, key: project.privateKey });

    await expect(verify(token)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("with an unknown key asks the project again, but not for every token", async () => {
    const { verify, project } = await world();
    const stranger = await generateKeyPair("ES256");
    const forged = () => sign({ header: { alg: "ES256", kid: randomUUID() }, key: stranger.privateKey });
    await verify(await sign({ header: { alg: "ES256", kid: "key-1" }, key: project.privateKey }));

    for (let count = 0; count < 20; count += 1) expect((await verify(await forged())).principal).toBeNull();
    expect(project.asked).toBeLessThanOrEqual(2);
  });
});
