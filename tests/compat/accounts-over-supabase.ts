import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { startSupabaseStub, type SupabaseStub } from "../support/start-supabase-stub.ts";
import { jsonOf } from "../topology/requests.ts";
import { accountClient, expectSession } from "./accounts.ts";

/** The same routes where a Supabase project keeps the accounts, and what its outage does. */
export function describeAccountsOverSupabase(name: string, startWorld: StartWorld): void {
  describe(`accounts over a Supabase project, ${name}`, () => {
    let stub: SupabaseStub;
    let world: World;
    beforeAll(async () => {
      stub = await startSupabaseStub();
      world = await startWorld(stub.settings);
    });
    afterAll(async () => {
      await world?.stop();
      await stub?.stop();
    });
    const { send, post, chat, newcomer } = accountClient(() => world);

    function lastMail(to: string) {
      const mail = stub.mails.findLast((each) => each.to === to);
      if (mail === undefined) throw new Error(`no mail to ${to}`);
      return mail;
    }

    /** The answer does not wait for the mail, so that it tells nothing. */
    async function recoveryMail(email: string) {
      const count = () => stub.mails.filter(({ to }) => to === email).length;
      const before = count();
      expect((await post("forgot-password", { email })).status).toBe(200);
      await expect.poll(count, { timeout: 5_000 }).toBe(before + 1);
      return lastMail(email);
    }

    async function logIn(person: { readonly email: string; readonly password: string }) {
      const answer = await jsonOf(await post("login", person));
      const { session, user } = answer;
      return { answer, user, token: String(session.access_token), refreshToken: String(session.refresh_token) };
    }

    async function loggedIn() {
      const person = newcomer();
      await post("register", person);
      await post("confirm", { email: person.email, token: lastMail(person.email).code });
      return { ...person, ...(await logIn(person)) };
    }

    async function detailOf(response: Response): Promise<string> {
      return `${response.status} ${(await jsonOf(response))["detail"]}`;
    }

    async function untilRefused(token: string): Promise<void> {
      await expect.poll(async () => (await chat(token)).status, { timeout: 2_000 }).toBe(401);
    }

    describe("Gaia's routes", () => {
      test("have the original's shapes, and the project's refusals in the original's words", async () => {
        const person = newcomer();

        const registered = await jsonOf(await post("register", person));
        expect(registered).toMatchObject({ session: null, user: { email: person.email, factors: null } });
        expect(registered["user"].created_at).toBe("2026-01-02T03:04:05.123450Z");
        expect(await detailOf(await post("register", person))).toBe("400 This email is already registered");
        expect(await detailOf(await post("login", person))).toBe("400 Login failed: Email not confirmed");
        expect(await detailOf(await post("confirm", { email: person.email, token: "0" }))).toBe(
          "400 Confirmation link is expired or invalid",
        );
        const confirmed = await post("confirm", { email: person.email, token: lastMail(person.email).code });
        expect(await jsonOf(confirmed)).toMatchObject({ message: "Email confirmed successfully" });

        const { answer, token, refreshToken } = await logIn(person);
        expectSession(answer);
        expect((await chat(token)).status).toBe(200);
        expectSession(await jsonOf(await post("refresh", { refresh_token: refreshToken })));
        expect(await detailOf(await post("refresh", { refresh_token: refreshToken }))).toBe(
          "400 Token refresh failed: Invalid Refresh Token: Refresh Token Not Found",
        );
        expect((await post("resend-verification", { email: person.email })).status).toBe(200);
      });

      test("log out of the token's session, which the project ends and Gaia forgets", async () => {
        const person = await loggedIn();
        const other = await logIn(person);
        for (const { token } of [person, other]) expect((await chat(token)).status).toBe(200);

        expect((await post("logout", undefined, person.token)).status).toBe(200);

        expect(stub.requests).toContain("POST /auth/v1/logout?scope=local");
        await untilRefused(person.token);
        expect((await chat(other.token)).status).toBe(200);
        expect((await post("logout", undefined, person.token)).status).toBe(200);
      });

      test("reset a password by mail, and change it with the current one", async () => {
        const person = await loggedIn();
        const { tokenHash } = await recoveryMail(person.email);

        const reset = await jsonOf(await post("reset-password", { token: tokenHash, password: "another horse" }));

        expectSession(reset);
        expect((await post("login", person)).status).toBe(400);
        const changed = { ...person, password: "another horse" };
        const { token } = await logIn(changed);
        const change = { current_password: "wrong", new_password: "third horse" };
        expect(await detailOf(await post("change-password", change, token))).toBe(
          "400 Password change failed: The current password is wrong",
        );
        const right = { ...change, current_password: changed.password };
        expect((await post("change-password", right, token)).status).toBe(200);
        expect((await post("login", { ...person, password: "third horse" })).status).toBe(200);
        // Who has just come by the mail need not know it.
        const again = { token: (await recoveryMail(person.email)).tokenHash, password: "fourth horse" };
        const fresh = await jsonOf(await post("reset-password", again));
        const forgotten = { new_password: "fifth horse" };
        // The reset has ended the older session, which is known everywhere within a second.
        expect([400, 401]).toContain((await post("change-password", forgotten, token)).status);
        expect((await post("change-password", forgotten, fresh["session"].access_token)).status).toBe(200);
      });

      test("show and change the profile", async () => {
        const { token, user, email } = await loggedIn();

        const profile = await jsonOf(await send("PATCH", "profile", { name: "Ada", metadata: { a: 1 } }, token));

        expect(profile).toMatchObject({ id: user.id, email, name: "Ada", metadata: { name: "Ada", a: 1 } });
        expect(await jsonOf(await send("GET", "profile", undefined, token))).toEqual(profile);
      });

      test("erase an account here and there, and its tokens let nobody in again", async () => {
        const { token, email, password, user } = await loggedIn();
        expect((await chat(token)).status).toBe(200);

        expect((await send("DELETE", "account", { password: "wrong" }, token)).status).toBe(400);
        expect(stub.hasUser(email)).toBe(true);
        expect((await send("DELETE", "account", { password }, token)).status).toBe(204);

        expect(stub.hasUser(email)).toBe(false);
        await untilRefused(token);
        const { rows } = await world.database.pool.query("select email from users where id = $1", [user.id]);
        expect(rows).toEqual([{ email: `${user.id}@gaia.local` }]);
      });

      test("leave an audit trail", async () => {
        const { user, email } = await loggedIn();
        await send("GET", "profile", undefined, (await logIn({ email, password: "correct horse battery" })).token);
        await post("login", { email, password: "wrong" });
        const actions = async () => {
          const { rows } = await world.database.pool.query<{ event_type: string }>(
            "select event_type from permission_audit_log where $1 in (actor_id, target_user_id) order by sequence",
            [user.id],
          );
          return rows.map(({ event_type }) => event_type);
        };

        await expect
          .poll(actions)
          .toEqual(["user.registered", "user.confirmed", "session.started", "session.started", "session.refused"]);
      });
    });

    describe("the project's keys", () => {
      test("may rotate: what a new key signs is believed, and what the old one signed still is", async () => {
        const person = await loggedIn();
        const old = await logIn(person);
        expect((await chat(person.token)).status).toBe(200);

        await stub.rotateKey();

        const fresh = await logIn(person);
        await expect.poll(async () => (await chat(fresh.token)).status, { timeout: 15_000 }).toBe(200);
        expect((await chat(old.token)).status).toBe(200);
      });
    });

    describe("supabase-js, pointed at Gaia", () => {
      function client(key = stub.anonKey): SupabaseClient {
        return createClient(world.url, key, {
          auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
        });
      }

      test("works with the project behind it", async () => {
        const supabase = client();
        const person = newcomer();
        expect((await supabase.auth.signUp(person)).error).toBeNull();
        const { code } = lastMail(person.email);
        expect((await supabase.auth.verifyOtp({ email: person.email, token: code, type: "signup" })).error).toBeNull();
        const signedIn = await supabase.auth.signInWithPassword(person);
        expect(signedIn.error).toBeNull();
        const token = signedIn.data.session?.access_token ?? "";
        expect((await chat(token)).status).toBe(200);

        expect((await supabase.auth.updateUser({ data: { name: "Ada" } })).data.user?.user_metadata).toEqual({
          name: "Ada",
        });
        expect((await supabase.auth.refreshSession()).error).toBeNull();
        expect((await supabase.auth.getClaims()).data?.claims.email).toBe(person.email);
        const wrong = await client().auth.signInWithPassword({ ...person, password: "wrong" });
        expect(wrong.error).toMatchObject({ status: 400, code: "invalid_credentials" });
        expect((await supabase.auth.signOut({ scope: "local" })).error).toBeNull();
        await untilRefused(token);
      });

      test("signs out of all sessions, and who is deleted is out with keys and tokens", async () => {
        const person = await loggedIn();
        const other = await logIn(person);
        const supabase = client();
        await supabase.auth.signInWithPassword(person);

        expect((await supabase.auth.signOut()).error).toBeNull();

        for (const { token } of [person, other]) await untilRefused(token);
        const again = await client().auth.signInWithPassword(person);
        const token = again.data.session?.access_token ?? "";
        expect((await chat(token)).status).toBe(200);

        await client(stub.serviceKey).auth.admin.deleteUser(person.user.id);

        await untilRefused(token);
        const { rows } = await world.database.pool.query<{ event_type: string }>(
          "select event_type from permission_audit_log where $1 in (actor_id, target_user_id) order by sequence",
          [person.user.id],
        );
        expect(rows.map(({ event_type }) => event_type).slice(-3)).toEqual([
          "session.ended",
          "session.started",
          "user.deleted",
        ]);
      });

      test("administrates with the project's own keys, and with no other", async () => {
        const { email } = await loggedIn();

        const { data, error } = await client(stub.serviceKey).auth.admin.listUsers();

        expect(error).toBeNull();
        expect(data.users.map((user) => user.email)).toContain(email);
        expect((await client().auth.admin.listUsers()).error).toMatchObject({ status: 403 });
      });
    });

    describe("while the project is away", () => {
      test("verified tokens go on working, signing in says so, and all is well when it is back", async () => {
        const person = await loggedIn();
        // Signed by a key that is known here, but never seen before the outage.
        const unseen = await logIn(person);
        expect((await chat(person.token)).status).toBe(200);
        await stub.takeDown();
        try {
          for (const { token } of [person, unseen]) expect((await chat(token)).status).toBe(200);
          const login = await post("login", person);
          expect(login.status).toBe(503);
          expect(login.headers.get("retry-after")).toBe("5");
          expect(await jsonOf(login)).toMatchObject({ code: "UNAVAILABLE", reason: "identity.provider_unavailable" });
          expect((await post("register", newcomer())).status).toBe(503);
          expect((await post("logout", undefined, person.token)).status).toBe(503);
          expect((await send("DELETE", "account", { password: person.password }, person.token)).status).toBe(503);
          const profile = await jsonOf(await send("GET", "profile", undefined, person.token));
          expect(profile).toMatchObject({ email: person.email, metadata: null });
          const health = await jsonOf(await fetch(`${world.url}/health`));
          expect(health).toMatchObject({ status: "degraded", supabase: { status: "unhealthy" } });
          const raw = await fetch(`${world.url}/auth/v1/token?grant_type=password`, { method: "POST", body: "{}" });
          expect(raw.status).toBe(503);
          expect(await jsonOf(raw)).toMatchObject({ code: 503, error_code: "provider_unavailable" });
        } finally {
          await stub.bringBack();
        }
        expect((await post("login", person)).status).toBe(200);
        expect((await post("logout", undefined, person.token)).status).toBe(200);
      });

      test("or so slow that nobody can wait, it is the same", async () => {
        const person = await loggedIn();
        stub.slowBy(20_000);
        try {
          const started = Date.now();
          const answers = await Promise.all([1, 2, 3].map(() => post("login", person)));
          expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
          expect(Date.now() - started).toBeLessThan(15_000);
          expect((await chat(person.token)).status).toBe(200);
        } finally {
          stub.slowBy(0);
        }
        expect((await post("login", person)).status).toBe(200);
      });
    });

    test("no key, password or token is in the log", () => {
      const text = JSON.stringify(world.logs());

      expect(text).not.toMatch(/correct horse|another horse|eyJ[A-Za-z0-9_-]{8}/);
      for (const key of [stub.anonKey, stub.serviceKey]) expect(text).not.toContain(key);
    });
  });
}
