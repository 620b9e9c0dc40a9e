import { isGaiaError } from "@gaia/contracts";
import { Secret } from "@gaia/kit/config/secret";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { openIdentityWorld, stranger } from "../../testing/open-identity-world.ts";
import { findKeyPrincipal } from "../../testing/find-key-principal.ts";
import { assignGlobalRole } from "../../access/assign-global-role.ts";
import { findUser } from "../accounts/account-to-user.ts";
import { refreshSession } from "../sessions/refresh-session.ts";
import { signIn } from "../sessions/sign-in.ts";
import { createTokenKeys } from "../../tokens/token-keys.ts";
import { verifyToken } from "../../tokens/verify-token.ts";
import { createUser } from "../../users/create-user.ts";
import { readBanEnd } from "./ban-duration.ts";
import { createIdentityUser } from "./create-identity-user.ts";
import { deleteIdentityUser } from "./delete-identity-user.ts";
import { listIdentityUsers } from "./list-identity-users.ts";
import { paginationHeaders } from "./pagination-headers.ts";
import { updateIdentityUser } from "./update-identity-user.ts";

const principalWith = (userId: string) =>
  ({ kind: "user", userId, email: "someone@example.test", sessionId: null, permissions: [] }) as const;
const person = { email: "ada@example.test", password: "correct horse" };
const { setup } = await openIdentityWorld();

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) =>
      isGaiaError(error) ? `${error.status} ${error.reason?.replace("identity.", "")}` : String(error),
  );
}

async function world() {
  const base = await setup();
  const user = await createIdentityUser(base.deps, stranger, { ...person, email_confirm: true });
  return { ...base, user, session: await signIn(base.deps, stranger, person) };
}

describe("an administrator", () => {
  test("creates an account that can be used when its address is said to be confirmed", async () => {
    const { deps } = await setup();

    const unconfirmed = await createIdentityUser(deps, stranger, { ...person, user_metadata: { name: "Ada" } });

    expect(unconfirmed).toMatchObject({ user_metadata: { name: "Ada" }, identities: [{ provider: "email" }] });
    expect(await failureOf(signIn(deps, stranger, person))).toBe("400 email_not_confirmed");
    await updateIdentityUser(deps, stranger, { user_id: unconfirmed.id, email_confirm: true });
    expect(await failureOf(signIn(deps, stranger, person))).toBe("none");
    expect(await failureOf(createIdentityUser(deps, stranger, person))).toBe("422 email_exists");
  });

  test("creates an account without a password, which nobody can guess", async () => {
    const { deps } = await setup();
    await createIdentityUser(deps, stranger, { email: person.email, email_confirm: true });

    for (const password of ["", "null", "undefined"]) {
      expect(await failureOf(signIn(deps, stranger, { ...person, password }))).toBe("400 invalid_credentials");
    }
  });

  test("creates an account that is banned from the first", async () => {
    const { deps } = await setup();
    await createIdentityUser(deps, stranger, { ...person, email_confirm: true, ban_duration: "1h" });

    expect(await failureOf(signIn(deps, stranger, person))).toBe("400 user_banned");
  });

  test("gives a new password, which ends all sessions", async () => {
    const { deps, user, session, events } = await world();

    await updateIdentityUser(deps, stranger, { user_id: user.id, password: "another password" });

    const refresh = refreshSession(deps, stranger, { refreshToken: session.refresh_token });
    expect(await failureOf(refresh)).toBe("400 refresh_token_not_found");
    expect(await failureOf(signIn(deps, stranger, { ...person, password: "another password" }))).toBe("none");
    expect(await events()).toHaveLength(1);
  });

  test("changes address and metadata, of which null is taken away", async () => {
    const { deps, user, kysely } = await world();

    const changed = await updateIdentityUser(deps, stranger, {
      user_id: user.id,
      email: "Grace@example.test",
      user_metadata: { name: "Grace", email_verified: null },
      app_metadata: { plan: "gold" },
    });

    expect(changed).toMatchObject({
      email: "grace@example.test",
      user_metadata: { name: "Grace" },
      app_metadata: { plan: "gold", provider: "email" },
      identities: [{ email: "grace@example.test" }],
    });
    expect(changed.user_metadata).not.toHaveProperty("email_verified");
    expect(await kysely.selectFrom("users").select("email").execute()).toEqual([{ email: "grace@example.test" }]);
  });

  test("bans, which every cache hears of, and pardons", async () => {
    const { deps, user, events, clock } = await world();

    const banned = await updateIdentityUser(deps, stranger, { user_id: user.id, ban_duration: "24h" });

    expect(banned.banned_until).toBe(new Date(clock.time + 86_400_000).toISOString());
    expect(await events()).toMatchObject([{ payload: { user_id: user.id, session_ids: null } }]);
    const pardoned = await updateIdentityUser(deps, stranger, { user_id: user.id, ban_duration: "none" });
    expect(pardoned).not.toHaveProperty("banned_until");
  });

  test("bans the keys of the account too", async () => {
    const { deps, authDeps, user, kysely } = await world();
    const keyHash = "a".repeat(64);
    await kysely.insertInto("api_keys").values({ user_id: user.id, key_hash: keyHash }).execute();
    expect(await findKeyPrincipal(authDeps, { keyHash })).toMatchObject({ userId: user.id });

    await updateIdentityUser(deps, stranger, { user_id: user.id, ban_duration: "24h" });
    expect(await findKeyPrincipal(authDeps, { keyHash })).toBeNull();
    await updateIdentityUser(deps, stranger, { user_id: user.id, ban_duration: "none" });
    expect(await findKeyPrincipal(authDeps, { keyHash })).not.toBeNull();
    await deleteIdentityUser(deps, stranger, { user_id: user.id });
    expect(await findKeyPrincipal(authDeps, { keyHash })).toBeNull();
  });

  test("deletes: sessions, account and address are gone, what was made stays", async () => {
    const { deps, user, kysely, events } = await world();

    await deleteIdentityUser(deps, stranger, { user_id: user.id });

    expect(await findUser(kysely, user.id)).toBeUndefined();
    expect(await kysely.selectFrom("auth.sessions").select("id").execute()).toEqual([]);
    expect(await kysely.selectFrom("users").select(["email", "is_active"]).execute()).toEqual([
      { email: `${user.id}@gaia.local`, is_active: false },
    ]);
    expect(await events()).toHaveLength(2);
    const again = await createIdentityUser(deps, stranger, { ...person, email_confirm: true });
    expect(again.id).not.toBe(user.id);
    expect(await failureOf(signIn(deps, stranger, person))).toBe("none");
  });

  test("deletes softly: a row without name, address and password stays, as often as it is asked", async () => {
    const { deps, user, kysely } = await world();

    for (let count = 0; count < 2; count += 1) {
      await deleteIdentityUser(deps, stranger, { user_id: user.id, should_soft_delete: true });
    }

    const left = JSON.stringify(await kysely.selectFrom("auth.users").selectAll().execute());
    expect(left).not.toContain("ada");
    expect(await findUser(kysely, user.id)).toMatchObject({ deleted_at: expect.any(String), user_metadata: {} });
    expect(await failureOf(signIn(deps, stranger, person))).toBe("400 invalid_credentials");
    expect(await failureOf(createIdentityUser(deps, stranger, { ...person, email_confirm: true }))).toBe("none");
  });

  test("who administers less neither changes nor deletes who administers more", async () => {
    const { deps, kysely, user } = await world();
    await assignGlobalRole(kysely, { userId: user.id, roleName: "super_admin" });
    const lesser = await createIdentityUser(deps, stranger, { email: "ben@example.test", email_confirm: true });
    await assignGlobalRole(kysely, { userId: lesser.id, roleName: "admin" });
    const asLesser = { ...stranger, principal: principalWith(lesser.id) };

    for (const change of [{ password: "a new password" }, { email: "new@example.test" }, { ban_duration: "1h" }]) {
      const refused = updateIdentityUser(deps, asLesser, { user_id: user.id, ...change });
      expect(await failureOf(refused)).toBe("403 permission.target_above");
    }
    expect(await failureOf(deleteIdentityUser(deps, asLesser, { user_id: user.id }))).toBe(
      "403 permission.target_above",
    );
    const own = updateIdentityUser(deps, asLesser, { user_id: lesser.id, password: "a new password" });
    expect(await failureOf(own)).toBe("none");
  });

  test("gives nobody the older row of somebody who administers more", async () => {
    const { deps, kysely } = await setup();
    const older = await createUser({ kysely, now: deps.now }, { email: "root@example.test", name: "Root" });
    await assignGlobalRole(kysely, { userId: older.id, roleName: "super_admin" });
    const lesser = await createIdentityUser(deps, stranger, { email: "ben@example.test", email_confirm: true });
    await assignGlobalRole(kysely, { userId: lesser.id, roleName: "admin" });
    const asLesser = { ...stranger, principal: principalWith(lesser.id) };
    const root = { email: "root@example.test", password: "a new password" };

    const made = createIdentityUser(deps, asLesser, { ...root, email_confirm: true });
    expect(await failureOf(made)).toBe("403 permission.target_above");
    const waiting = await createIdentityUser(deps, asLesser, root);
    const confirmed = updateIdentityUser(deps, asLesser, { user_id: waiting.id, email_confirm: true });
    expect(await failureOf(confirmed)).toBe("403 permission.target_above");
    const asRoot = { ...stranger, principal: { kind: "service", name: "auth" } as const };
    const rightful = await updateIdentityUser(deps, asRoot, { user_id: waiting.id, email_confirm: true });
    expect(rightful.id).toBe(older.id);
  });

  test("the last one who may do everything is neither banned nor deleted", async () => {
    const { deps, kysely, user } = await world();
    await assignGlobalRole(kysely, { userId: user.id, roleName: "super_admin" });
    const asService = { ...stranger, principal: { kind: "service", name: "auth" } as const };
    const ban = () => updateIdentityUser(deps, asService, { user_id: user.id, ban_duration: "1h" });
    const remove = () => deleteIdentityUser(deps, asService, { user_id: user.id });

    expect(await failureOf(ban())).toBe("409 role.last_administrator");
    expect(await failureOf(remove())).toBe("409 role.last_administrator");
    expect((await findUser(kysely, user.id))?.banned_until).toBeUndefined();
    const second = await createIdentityUser(deps, stranger, { email: "ben@example.test", email_confirm: true });
    await assignGlobalRole(kysely, { userId: second.id, roleName: "super_admin" });
    expect(await failureOf(remove())).toBe("none");
  });

  test("finds nobody under an id that is none", async () => {
    const { deps } = await setup();

    for (const user_id of ["x", "' or 1=1 --", "", "null"]) {
      expect(await failureOf(updateIdentityUser(deps, stranger, { user_id }))).toBe("404 validation_failed");
    }
    expect(await failureOf(deleteIdentityUser(deps, stranger, { user_id: crypto.randomUUID() }))).toBe(
      "404 user_not_found",
    );
  });

  test("pages through the accounts, newest first", async () => {
    const { deps, clock } = await setup();
    for (const name of ["a", "b", "c"]) {
      await createIdentityUser(deps, stranger, { email: `${name}@example.test` });
      clock.time += 1000;
    }

    const page = await listIdentityUsers(deps, { page: "1", per_page: "2" });

    expect(page.users.map(({ email }) => email)).toEqual(["c@example.test", "b@example.test"]);
    expect(page).toMatchObject({ total: 3, page: 1, size: 2 });
    expect((await listIdentityUsers(deps, { page: "2", per_page: "2" })).users).toHaveLength(1);
    expect((await listIdentityUsers(deps, { page: "999999999", per_page: "" })).users).toEqual([]);
    for (const wrong of ["-1", "x", "1e3", "9".repeat(20)]) {
      expect(await failureOf(listIdentityUsers(deps, { page: wrong }))).toBe("400 validation_failed");
    }
  });
});

test("the pages around one are named where Supabase's client looks for them", () => {
  expect(paginationHeaders("/users", { total: 5, page: 1, size: 2 })).toEqual({
    "x-total-count": "5",
    link: '</users?page=2&per_page=2>; rel="next", </users?page=3&per_page=2>; rel="last"',
  });
  expect(paginationHeaders("/users", { total: 0, page: 1, size: 2 })["link"]).toBe(
    '</users?page=1&per_page=2>; rel="last"',
  );
});

describe("the length of a ban", () => {
  const now = new Date("2026-11-24T12:00:00.000Z");

  test.each([
    ["24h", 86_400_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["500ms", 500],
    ["2m1s", 121_000],
    ["876000h", 3_153_600_000_000],
  ])("of %s is %i ms", (text, ms) => {
    expect(readBanEnd(text, now)?.getTime()).toBe(now.getTime() + ms);
  });

  test("of none is no ban, and an endless one ends in a hundred years", () => {
    expect(readBanEnd("none", now)).toBeNull();
    expect(readBanEnd(`${"9".repeat(40)}h`, now)?.getUTCFullYear()).toBe(2126);
  });

  test.each(["", "24", "h", "1d", "-1h", "1h 30m", "forever"])("cannot be %j", (text) => {
    expect(() => readBanEnd(text, now)).toThrow("invalid duration");
  });
});

describe("a team", () => {
  test("is not left without an owner by banning and deleting the only one", async () => {
    const { deps, kysely, user } = await world();
    const other = await createIdentityUser(deps, stranger, {
      email: "grace@example.test",
      password: "correct horse",
      email_confirm: true,
    });
    const { id } = await kysely
      .insertInto("teams")
      .values({ name: "museum", display_name: "Museum" })
      .returning("id")
      .executeTakeFirstOrThrow();
    for (const userId of [user.id, other.id]) {
      await kysely.insertInto("team_members").values({ team_id: id, user_id: userId, team_role: "owner" }).execute();
    }
    await updateIdentityUser(deps, stranger, { user_id: other.id, ban_duration: "24h" });

    // The other owner is banned, and nobody's help.
    for (const should_soft_delete of [true, false]) {
      const deletion = deleteIdentityUser(deps, stranger, { user_id: user.id, should_soft_delete });
      expect(await failureOf(deletion)).toBe("409 account.last_owner");
    }
    await updateIdentityUser(deps, stranger, { user_id: other.id, ban_duration: "none" });
    expect(await failureOf(deleteIdentityUser(deps, stranger, { user_id: user.id }))).toBe("none");
    expect(await failureOf(deleteIdentityUser(deps, stranger, { user_id: other.id }))).toBe("409 account.last_owner");
    await kysely.deleteFrom("teams").execute();
  });
});

describe("a token that is verified without the issuer", () => {
  const shared = "a-shared-secret-of-some-length-0123456789";

  test("lets nobody in who is banned, whoever signed it, nor after its session ended", async () => {
    const base = await world();
    const { deps, user, session } = base;
    const tokenKeys = createTokenKeys({
      secret: new Secret(shared),
      supabaseUrl: undefined,
      own: deps.signingKeys.find,
    });
    // As after the gateway's address changed, so that the issuer of older tokens is no longer ours.
    const moved = { ...deps, settings: { ...deps.settings, publicUrl: "https://moved.example.test" } };
    const authDeps = { ...base.authDeps, identity: moved, tokenKeys, tokenIssuer: null };
    const isIn = async (token: string) => (await verifyToken(authDeps, { token })).principal !== null;
    const foreign = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(user.id)
      .setAudience("authenticated")
      .setExpirationTime(new Date("2026-11-25T12:00:00Z"))
      .sign(new TextEncoder().encode(shared));
    const own = "access_token" in session ? session.access_token : "";
    expect([await isIn(foreign), await isIn(own)]).toEqual([true, true]);

    await deps.kysely.deleteFrom("auth.sessions").execute();
    expect([await isIn(foreign), await isIn(own)]).toEqual([true, false]);
    await updateIdentityUser(deps, stranger, { user_id: user.id, ban_duration: "24h" });

    expect(await isIn(foreign)).toBe(false);
  });
});
