import { randomUUID } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMail } from "../support/read-mails.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";

const anonKey = "an-anon-key-that-means-nothing-here";

/** Supabase's own client, unmodified, with Gaia as its project. */
export function describeSupabaseJs(name: string, startWorld: StartWorld): void {
  describe(`supabase-js, ${name}`, () => {
    let world: World;

    beforeAll(async () => {
      // No reuse interval, so that a stolen token need not be ten seconds old.
      world = await startWorld({ GAIA_AUTH_REFRESH_REUSE_INTERVAL: "0" });
    });
    afterAll(() => world?.stop());

    /** A browser of its own: nothing is kept anywhere else. */
    function client(key = anonKey): SupabaseClient {
      return createClient(world.url, key, {
        auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      });
    }

    const administrator = () => client(world.key).auth.admin;

    function newcomer() {
      return { email: `${randomUUID()}@example.test`, password: "correct horse battery" };
    }

    /** Opens a mailed link as a browser does, and gives what is behind the `#` of the page that it leads to. */
    async function open(link: URL): Promise<{ page: string; facts: Record<string, string> }> {
      const response = await fetch(link, { redirect: "manual" });
      expect(response.status).toBe(303);
      const page = new URL(response.headers.get("location") ?? "");
      const facts = Object.fromEntries(new URLSearchParams(page.hash.slice(1)));
      page.hash = "";
      return { page: page.href, facts };
    }

    /** Somebody who signed up, opened the mail and signed in. */
    async function signedIn() {
      const person = newcomer();
      const supabase = client();
      expect((await supabase.auth.signUp(person)).error).toBeNull();
      await open((await readMail(world, person.email, /Confirm your/)).link);
      const { data, error } = await supabase.auth.signInWithPassword(person);
      expect(error).toBeNull();
      if (data.session === null) throw new Error("no session");
      return { ...person, supabase, session: data.session, user: data.session.user };
    }

    function ask(token: string): Promise<Response> {
      return fetch(`${world.url}/api/v1/chat`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ message: "Hello, who are you?" }),
      });
    }

    /** A revocation takes effect within a second. */
    async function untilRefused(token: string): Promise<void> {
      await expect.poll(async () => (await ask(token)).status, { timeout: 2_000 }).toBe(401);
    }

    describe("the life of an account with supabase-js", () => {
      test("begins with a sign-up whose mail has to be opened", async () => {
        const supabase = client();
        const { email, password } = newcomer();

        const { data, error } = await supabase.auth.signUp({ email, password, options: { data: { name: "Ada" } } });

        expect(error).toBeNull();
        expect(data.session).toBeNull();
        expect(data.user).toMatchObject({ email, role: "authenticated", user_metadata: { name: "Ada" } });
        expect(data.user?.identities).toHaveLength(1);
        const early = await supabase.auth.signInWithPassword({ email, password });
        expect(early.error).toMatchObject({ status: 400, code: "email_not_confirmed" });

        const { link } = await readMail(world, email, /Confirm your/);
        const { page, facts } = await open(link);

        expect(page).toMatch(/^http:\/\/localhost:\d+\/$/);
        expect(facts).toMatchObject({ type: "signup", token_type: "bearer", expires_in: "3600" });
        const { access_token = "", refresh_token = "" } = facts;
        const set = await supabase.auth.setSession({ access_token, refresh_token });
        expect(set.error).toBeNull();
        expect((await supabase.auth.getUser()).data.user).toMatchObject({ id: data.user?.id, email });
        const again = await open(link);
        expect(again.facts).toMatchObject({ error: "access_denied", error_code: "otp_expired" });
      });

      test("goes on with a sign-in, whose token says who it is and works on Gaia's own routes", async () => {
        const { supabase, session, user, email } = await signedIn();

        expect(session).toMatchObject({ token_type: "bearer", expires_in: 3600, user: { id: user.id } });
        // It fetches the published keys and verifies the signature with them.
        const claims = (await supabase.auth.getClaims()).data?.claims;
        expect(claims).toMatchObject({
          iss: `${world.url.replace("127.0.0.1", "localhost")}/auth/v1`,
          aud: "authenticated",
          sub: user.id,
          email,
          role: "authenticated",
          aal: "aal1",
          is_anonymous: false,
          amr: [{ method: "password", timestamp: expect.any(Number) }],
          session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
        const answer = await ask(session.access_token);
        expect(answer.status).toBe(200);
        expect(await answer.json()).toMatchObject({ object: "chat.completion" });
        const { rows } = await world.database.pool.query("select email from users where id = $1", [user.id]);
        expect(rows).toEqual([{ email }]);
      });

      test("accepts the code of the mail as well as its link", async () => {
        const { email, password } = newcomer();
        const supabase = client();
        await supabase.auth.signUp({ email, password });
        const { code } = await readMail(world, email, /Confirm your/);
        const wrong = code === "000000" ? "000001" : "000000";

        const refused = await supabase.auth.verifyOtp({ email, token: wrong, type: "signup" });
        expect(refused.error).toMatchObject({ status: 403, code: "otp_expired" });
        const { data, error } = await supabase.auth.verifyOtp({ email, token: code, type: "email" });

        expect(error).toBeNull();
        expect(data.session?.user.email_confirmed_at).toBeTruthy();
      });

      test("refuses a wrong password and an unknown address alike", async () => {
        const { email } = await signedIn();
        const failure = { status: 400, code: "invalid_credentials", message: "Invalid login credentials" };

        for (const address of [email, newcomer().email]) {
          const { error } = await client().auth.signInWithPassword({ email: address, password: "wrong password" });
          expect(error).toMatchObject(failure);
        }
      });

      test("tells nobody at a sign-up that the address has an account", async () => {
        const { email } = await signedIn();
        // The limit of one mail a minute holds for addresses with and without account.
        const first = await client().auth.signUp({ email, password: "another password" });
        expect(first.error).toMatchObject({ status: 429, code: "over_email_send_rate_limit" });
        const weak = await client().auth.signUp({ email, password: "short" });
        expect(weak.error).toMatchObject({ code: "weak_password", reasons: ["length"] });
      });

      test("survives a refresh from two tabs at once", async () => {
        const { session } = await signedIn();
        const refresh = () => client().auth.refreshSession({ refresh_token: session.refresh_token });

        const [one, two] = await Promise.all([refresh(), refresh()]);

        expect([one.error, two.error]).toEqual([null, null]);
        expect(one.data.session?.refresh_token).toBe(two.data.session?.refresh_token);
        expect(one.data.session?.refresh_token).not.toBe(session.refresh_token);
        const next = await client().auth.refreshSession({ refresh_token: one.data.session?.refresh_token ?? "" });
        expect(next.error).toBeNull();
      });

      test("ends when a stolen refresh token comes, for the thief and the owner", async () => {
        const { supabase, session } = await signedIn();
        await supabase.auth.refreshSession();
        const { data } = await supabase.auth.refreshSession();
        const current = data.session;
        expect((await ask(current?.access_token ?? "")).status).toBe(200);

        const thief = await client().auth.refreshSession({ refresh_token: session.refresh_token });

        expect(thief.error).toMatchObject({ status: 400, code: "refresh_token_already_used" });
        const owner = await client().auth.refreshSession({ refresh_token: current?.refresh_token ?? "" });
        expect(owner.error).toMatchObject({ status: 400, code: "refresh_token_not_found" });
        await untilRefused(current?.access_token ?? "");
      });

      test("recovers with a mailed link and a new password, which ends other sessions", async () => {
        const { email, session } = await signedIn();
        const supabase = client();
        const redirectTo = "http://localhost:8080/account/password";
        expect((await supabase.auth.resetPasswordForEmail(email, { redirectTo })).error).toBeNull();
        expect((await supabase.auth.resetPasswordForEmail(newcomer().email)).error).toBeNull();

        const { page, facts } = await open((await readMail(world, email, /new password/)).link);

        expect(page).toBe(redirectTo);
        expect(facts["type"]).toBe("recovery");
        const { access_token = "", refresh_token = "" } = facts;
        await supabase.auth.setSession({ access_token, refresh_token });
        const { error } = await supabase.auth.updateUser({ password: "a new password" });
        expect(error).toBeNull();
        await untilRefused(session.access_token);
        expect((await ask(access_token)).status).toBe(200);
        expect((await client().auth.signInWithPassword({ email, password: "a new password" })).error).toBeNull();
        expect((await supabase.auth.updateUser({ password: "a new password" })).error).toMatchObject({
          status: 422,
          code: "same_password",
        });
      });

      test("never leads to a page that nobody allowed", async () => {
        const { email } = await signedIn();
        await client().auth.resetPasswordForEmail(email, { redirectTo: "https://evil.example.test/" });
        const { link } = await readMail(world, email, /new password/);
        link.searchParams.set("redirect_to", "https://evil.example.test/");

        expect((await open(link)).page).toMatch(/^http:\/\/localhost:\d+\/$/);
      });

      test("changes metadata, and the address when both addresses agree", async () => {
        const { supabase, email, password, user } = await signedIn();
        const fresh = newcomer().email;

        const { data, error } = await supabase.auth.updateUser({ email: fresh, data: { name: "Ada", gone: null } });

        expect(error).toBeNull();
        expect(data.user).toMatchObject({ email, new_email: fresh, user_metadata: { name: "Ada" } });
        const first = await open((await readMail(world, fresh, /change/)).link);
        expect(first.facts["message"]).toMatch(/other email/);
        const second = await open((await readMail(world, email, /change/)).link);
        expect(second.facts["access_token"]).toBeTruthy();
        expect((await supabase.auth.getUser()).data.user).toMatchObject({ id: user.id, email: fresh });
        expect((await client().auth.signInWithPassword({ email: fresh, password })).error).toBeNull();
      });

      test("signs out here, elsewhere and everywhere", async () => {
        const { email, password, supabase: first, session: one } = await signedIn();
        const second = client();
        const { data } = await second.auth.signInWithPassword({ email, password });
        const two = data.session?.access_token ?? "";
        for (const token of [one.access_token, two]) expect((await ask(token)).status).toBe(200);

        expect((await second.auth.signOut({ scope: "others" })).error).toBeNull();
        // By this the client knows that its session is over, and forgets it.
        await expect
          .poll(async () => (await first.auth.getUser()).error?.name, { timeout: 2_000 })
          .toBe("AuthSessionMissingError");
        expect((await first.auth.getSession()).data.session).toBeNull();
        await untilRefused(one.access_token);
        expect((await ask(two)).status).toBe(200);
        await first.auth.signInWithPassword({ email, password });
        const again = (await first.auth.getSession()).data.session?.access_token ?? "";
        expect((await first.auth.signOut({ scope: "local" })).error).toBeNull();
        await untilRefused(again);
        expect((await ask(two)).status).toBe(200);
        expect((await second.auth.signOut()).error).toBeNull();
        await untilRefused(two);
      });
    });

    describe("an administrator with supabase-js", () => {
      test("creates, lists, reads, changes, bans and deletes accounts", async () => {
        const admin = administrator();
        const { email, password } = newcomer();
        const made = await admin.createUser({ email, password, email_confirm: true, app_metadata: { plan: "gold" } });
        expect(made.error).toBeNull();
        const id = made.data.user?.id ?? "";
        expect(made.data.user).toMatchObject({ email, app_metadata: { plan: "gold", provider: "email" } });
        expect((await admin.createUser({ email })).error).toMatchObject({ status: 422, code: "email_exists" });

        await admin.createUser(newcomer());
        const list = await admin.listUsers({ page: 1, perPage: 1 });
        expect(list.error).toBeNull();
        expect(list.data).toMatchObject({ aud: "authenticated", nextPage: 2, total: expect.any(Number) });
        expect(list.data.users).toHaveLength(1);
        expect((await admin.getUserById(id)).data.user).toMatchObject({ id, email });

        const supabase = client();
        const { data } = await supabase.auth.signInWithPassword({ email, password });
        const token = data.session?.access_token ?? "";
        expect((await ask(token)).status).toBe(200);
        const banned = await admin.updateUserById(id, { ban_duration: "24h", user_metadata: { name: "Ada" } });
        expect(banned.data.user).toMatchObject({ user_metadata: { name: "Ada" }, banned_until: expect.any(String) });
        await untilRefused(token);
        expect((await supabase.auth.refreshSession()).error).toMatchObject({ status: 400, code: "user_banned" });
        expect((await admin.updateUserById(id, { ban_duration: "none" })).error).toBeNull();
        expect((await client().auth.signInWithPassword({ email, password })).error).toBeNull();

        expect((await admin.deleteUser(id, true)).error).toBeNull();
        expect((await admin.getUserById(id)).data.user).toMatchObject({ id, deleted_at: expect.any(String) });
        expect((await admin.deleteUser(id)).error).toBeNull();
        expect((await admin.getUserById(id)).error).toMatchObject({ status: 404, code: "user_not_found" });
        expect((await client().auth.signInWithPassword({ email, password })).error).toMatchObject({
          code: "invalid_credentials",
        });
      });

      test("is asked for by a token that is one", async () => {
        const { error } = await client("aaaa.bbbb.cccc").auth.admin.listUsers();

        expect(error).toMatchObject({ status: 403, code: "bad_jwt" });
      });

      test("is nobody else", async () => {
        const { session } = await signedIn();

        expect((await client(session.access_token).auth.admin.listUsers()).error).toMatchObject({
          status: 403,
          code: "not_admin",
        });
        expect((await client().auth.admin.listUsers()).error).toMatchObject({ status: 401, code: "no_authorization" });
      });
    });

    test("nonsense is the caller's fault on every route", async () => {
      const nonsense = [
        "",
        "x",
        "\0",
        "\ud800",
        "' or 1=1 --",
        "🤖".repeat(80),
        "x".repeat(300),
        null,
        1,
        true,
        [],
        {},
      ];
      const names = ["email", "password", "data", "type", "token", "token_hash", "refresh_token", "grant_type"];
      const routes = ["POST signup", "POST token", "POST recover", "POST resend", "POST verify", "GET verify"];
      for (const route of routes) {
        const [method = "", path = ""] = route.split(" ");
        for (const value of nonsense) {
          const sent = { email: newcomer().email, ...Object.fromEntries(names.map((name) => [name, value])) };
          const query = new URLSearchParams({ type: "signup", token: JSON.stringify(value), grant_type: "password" });
          const response = await fetch(`${world.url}/auth/v1/${path}?${query.toString()}`, {
            method,
            redirect: "manual",
            ...(method === "GET" ? {} : { body: JSON.stringify(sent) }),
          });
          expect([303, 400, 403, 422]).toContain(response.status);
          if (response.status !== 303) expect(response.headers.get("x-sb-error-code")).toMatch(/^[a-z_]+$/);
        }
      }
    });

    test("no password, token or code is in the log, and of mails only the link", () => {
      const text = JSON.stringify(world.logs());

      expect(text).not.toMatch(/correct horse|a new password|eyJ[A-Za-z0-9_-]{8}|code: \d{6}/);
      expect(text).toMatch(/\/auth\/v1\/verify\?token=[0-9a-f]{56}&type=signup/);
    });
  });
}
