import { isGaiaError } from "@gaia/contracts";
import { jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { openIdentityWorld, stranger } from "../../testing/open-identity-world.ts";
import { verifyToken } from "../../tokens/verify-token.ts";
import { createTokenKeys } from "../../tokens/token-keys.ts";
import { createIdentityUser } from "../administration/create-identity-user.ts";
import { updateIdentityUser } from "../administration/update-identity-user.ts";
import { createSigningKey } from "../keys/create-signing-key.ts";
import { encodeRefreshToken } from "./refresh-token.ts";
import { refreshSession } from "./refresh-session.ts";
import { logOut } from "./log-out.ts";
import { signIn } from "./sign-in.ts";

const person = { email: "ada@example.test", password: "correct horse" };
const { setup } = await openIdentityWorld();

/** Somebody with one session, whose refresh tokens the test collects. */
async function world() {
  const base = await setup();
  const { deps, authDeps } = base;
  const user = await createIdentityUser(deps, stranger, { ...person, email_confirm: true });
  const session = await signIn(deps, stranger, person);
  const tokenKeys = createTokenKeys({ secret: undefined, supabaseUrl: undefined, own: deps.signingKeys.find });
  const tokenDeps = { ...authDeps, tokenKeys, tokenIssuer: "https://gaia.example.test/auth/v1" };
  return {
    ...base,
    user,
    session,
    first: session.refresh_token,
    refresh: async (refreshToken: string) => {
      const refreshed = await refreshSession(deps, stranger, { refreshToken });
      return refreshed.state === "stolen"
        ? { state: refreshed.state, token: "" }
        : { ...refreshed, token: refreshed.session.refresh_token };
    },
    principalOf: async (token: string) => (await verifyToken(tokenDeps, { token })).principal,
  };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) =>
      isGaiaError(error) ? `${error.status} ${error.reason?.replace("identity.", "")}` : String(error),
  );
}

describe("a refresh token", () => {
  test("is replaced by its use", async () => {
    const { first, refresh } = await world();

    const second = await refresh(first);

    expect(second.state).toBe("rotated");
    expect(second.token).not.toBe(first);
    expect((await refresh(second.token)).state).toBe("rotated");
  });

  test("that comes again at once gets the current one, however far behind it is, and nothing moves", async () => {
    const { first, refresh, clock } = await world();
    const second = await refresh(first);
    const third = await refresh(second.token);
    clock.time += 9_999;

    expect(await refresh(first)).toMatchObject({
      state: "reused",
      token: third.token,
      causes: ["concurrent-refresh"],
    });
    // The interval runs from the last rotation, not from the last reuse.
    clock.time += 2;
    expect((await refresh(first)).state).toBe("stolen");
  });

  test("that is one behind gets the current one, however late: the client did not save it", async () => {
    const { first, refresh, clock } = await world();
    const second = await refresh(first);
    clock.time += 3_600_000;

    expect(await refresh(first)).toMatchObject({ state: "reused", token: second.token, causes: ["fail-to-save"] });
    expect((await refresh(second.token)).state).toBe("rotated");
  });

  test("from ten tabs at once moves once, and all get the same", async () => {
    const { first, refresh } = await world();

    const all = await Promise.all(Array.from({ length: 10 }, () => refresh(first)));

    expect(all.filter(({ state }) => state === "rotated")).toHaveLength(1);
    expect(new Set(all.map(({ token }) => token)).size).toBe(1);
  });

  test("that was stolen ends the session for thief and owner, access tokens too, and tells every cache", async () => {
    const { first, refresh, clock, session, user, events, principalOf } = await world();
    const second = await refresh(first);
    const third = await refresh(second.token);
    clock.time += 10_001;
    const sessionId = (await principalOf(session.access_token))?.kind;
    expect(sessionId).toBe("user");

    expect((await refresh(first)).state).toBe("stolen");

    for (const token of [first, second.token, third.token]) {
      expect(await failureOf(refresh(token))).toBe("400 refresh_token_not_found");
    }
    expect(await principalOf(session.access_token)).toBeNull();
    expect(await events()).toEqual([
      {
        subject: "gaia.auth.session.revoked",
        payload: expect.objectContaining({ user_id: user.id, session_ids: [expect.any(String)] }),
      },
    ]);
  });

  test("of a session that has an end is none after it", async () => {
    const { first, refresh, kysely, clock } = await world();
    await kysely
      .updateTable("auth.sessions")
      .set({ not_after: new Date(clock.time + 1000) })
      .execute();
    clock.time += 1001;

    expect(await failureOf(refresh(first))).toBe("400 session_expired");
  });

  test("of somebody banned is none while the ban lasts", async () => {
    const { deps, first, refresh, user, clock, session, principalOf } = await world();
    await updateIdentityUser(deps, stranger, { user_id: user.id, ban_duration: "1h30m" });

    expect(await failureOf(refresh(first))).toBe("400 user_banned");
    expect(await principalOf(session.access_token)).toBeNull();
    expect(await failureOf(signIn(deps, stranger, person))).toBe("400 user_banned");
    clock.time += 5_400_000;
    expect((await refresh(first)).state).toBe("rotated");
  });

  test("that is unknown, forged, cut or nonsense is not found", async () => {
    const { first, refresh } = await world();
    const other = encodeRefreshToken("a2V5", crypto.randomUUID(), 0);
    const { id, key } = { id: crypto.randomUUID(), key: "b3RoZXI" };
    const nonsense = [
      other,
      encodeRefreshToken(key, id, 5),
      first.slice(0, -1),
      `${first}AA`,
      "x",
      "🤖",
      "\0",
      "a".repeat(255),
    ];

    for (const token of nonsense) expect(await failureOf(refresh(token))).toBe("400 refresh_token_not_found");
    expect(await failureOf(refresh(""))).toBe("400 validation_failed");
    expect((await refresh(first)).state).toBe("rotated");
  });

  test("ahead of the session was not issued here", async () => {
    const { first, refresh, kysely } = await world();
    const second = await refresh(first);
    await kysely.updateTable("auth.sessions").set({ refresh_token_counter: "0" }).execute();

    expect(await failureOf(refresh(second.token))).toBe("400 validation_failed");
  });

  test("is not in the database", async () => {
    const { first, kysely } = await world();
    const rows = JSON.stringify(await kysely.selectFrom("auth.sessions").selectAll().execute());

    expect(rows).not.toContain(first);
    expect(await kysely.selectFrom("auth.refresh_tokens").selectAll().execute()).toEqual([]);
  });
});

describe("an access token of our own", () => {
  test("names user and session, and has Supabase's claims", async () => {
    const { session, user, deps, principalOf, clock } = await world();
    const { payload, protectedHeader } = await jwtVerify(session.access_token, deps.signingKeys.find, {
      currentDate: new Date(clock.time),
    });

    expect(protectedHeader).toEqual({ alg: "ES256", typ: "JWT", kid: expect.stringMatching(/^[\w-]{43}$/) });
    expect(payload).toMatchObject({
      iss: "https://gaia.example.test/auth/v1",
      aud: "authenticated",
      sub: user.id,
      role: "authenticated",
      aal: "aal1",
      exp: clock.time / 1000 + 3600,
      amr: [{ method: "password", timestamp: clock.time / 1000 }],
      app_metadata: { provider: "email", providers: ["email"] },
    });
    expect(await principalOf(session.access_token)).toMatchObject({
      kind: "user",
      userId: user.id,
      email: person.email,
      sessionId: payload["session_id"],
    });
  });

  test.each(["global", "local", "others"])("ends with a log-out of scope %s as it should", async (scope) => {
    const { deps, session, principalOf } = await world();
    const other = await signIn(deps, stranger, person);
    const principal = await principalOf(session.access_token);
    if (principal === null) throw new Error("no principal");

    await logOut(deps, { ...stranger, principal }, { scope });

    expect((await principalOf(session.access_token)) === null).toBe(scope !== "others");
    expect((await principalOf(other.access_token)) === null).toBe(scope !== "local");
  });

  test("is accepted after a rotation of the keys, and the newest key signs", async () => {
    const { deps, session, refresh, clock, principalOf } = await world();
    const before = await deps.signingKeys.current();
    await createSigningKey(deps);
    clock.time += 60_000;

    expect((await deps.signingKeys.current()).kid).not.toBe(before.kid);
    expect((await deps.signingKeys.published()).map(({ kid }) => kid)).toContain(before.kid);
    expect(JSON.stringify(await deps.signingKeys.published())).not.toContain('"d"');
    expect(await principalOf(session.access_token)).not.toBeNull();
    expect((await refresh(session.refresh_token)).state).toBe("rotated");
  });

  test("is accepted by a process that has not seen its key yet", async () => {
    const { deps, kysely, clock } = await world();
    await createSigningKey({ kysely });
    const { kid } = await (async () => {
      clock.time += 60_000;
      return deps.signingKeys.current();
    })();

    await expect(deps.signingKeys.find({ alg: "ES256", kid }, { payload: "", signature: "" })).resolves.toBeDefined();
    await expect(deps.signingKeys.find({ alg: "ES256", kid: "x" }, { payload: "", signature: "" })).rejects.toThrow();
    await expect(deps.signingKeys.find({ alg: "HS256", kid }, { payload: "", signature: "" })).rejects.toThrow();
  });
});
