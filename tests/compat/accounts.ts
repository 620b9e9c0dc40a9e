import { randomUUID } from "node:crypto";
import { accounts } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMail } from "../support/read-mails.ts";
import type { StartWorld, World } from "../support/start-gaia.ts";
import { type Answer, jsonOf } from "../topology/requests.ts";

/** Of a running Gaia what an account's owner does with it, by the routes of the original and ours. */
export function accountClient(world: () => Pick<World, "url">) {
  const send = (method: string, path: string, body?: object, token?: string): Promise<Response> =>
    fetch(`${world().url}/api/v1/auth/${path}`, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    send,
    post: (path: string, body?: object, token?: string) => send("POST", path, body, token),
    /** Whether a token still opens Gaia's other routes. */
    chat: (token: string) =>
      fetch(`${world().url}/api/v1/chat/personas`, { headers: { authorization: `Bearer ${token}` } }),
    newcomer: () => ({ email: `${randomUUID()}@example.test`, password: "correct horse battery" }),
  };
}

type Credentials = ReturnType<ReturnType<typeof accountClient>["newcomer"]>;

const userKeys = Object.keys(accounts.AccountUser.shape);
const sessionKeys = Object.keys(accounts.AccountSession.shape);
const wireTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z$/;

/** The answer to whoever has a session now, as the original wrote it. */
export function expectSession({ user, session }: Answer): void {
  expect(Object.keys(user)).toEqual(userKeys);
  expect(Object.keys(session)).toEqual(sessionKeys);
  expect(session).toMatchObject({ provider_token: null, token_type: "bearer", expires_in: 3600, user });
  expect(session.expires_at).toBeGreaterThan(Date.now() / 1000 + 3000);
  expect(user.created_at).toMatch(wireTime);
  expect(user).toMatchObject({ invited_at: null, factors: null, is_anonymous: false, aud: "authenticated" });
}

/** Gaia's routes for accounts, over its own identity provider. */
export function describeAccounts(name: string, startWorld: StartWorld): void {
  describe(`accounts, ${name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ GAIA_AUTH_REFRESH_REUSE_INTERVAL: "0" });
    });
    afterAll(() => world?.stop());
    const { send, post, chat, newcomer } = accountClient(() => world);

    /** Somebody who registered, typed the code of the mail and logged in. */
    async function loggedIn() {
      const person = newcomer();
      expect((await post("register", person)).status).toBe(200);
      const { code } = await readMail(world, person.email, /Confirm your/);
      expect((await post("confirm", { email: person.email, token: code })).status).toBe(200);
      return { ...person, ...(await logIn(person)) };
    }

    async function logIn(person: Credentials) {
      const answer = await jsonOf(await post("login", person));
      const { session, user } = answer;
      return { answer, user, token: String(session.access_token), refreshToken: String(session.refresh_token) };
    }

    async function detailOf(response: Response): Promise<string> {
      return `${response.status} ${(await jsonOf(response))["detail"]}`;
    }

    async function untilRefused(token: string): Promise<void> {
      await expect.poll(async () => (await chat(token)).status, { timeout: 2_000 }).toBe(401);
    }

    describe("the original's routes", () => {
      test("register without a session, confirm without one, and log in", async () => {
        const person = newcomer();
        const registered = await jsonOf(await post("register", person));
        expect(registered["session"]).toBeNull();
        expect(Object.keys(registered["user"])).toEqual(userKeys);
        expect(registered["user"]).toMatchObject({ email: person.email, email_confirmed_at: null });

        expect(await detailOf(await post("login", person))).toBe("400 Login failed: Email not confirmed");
        const { link } = await readMail(world, person.email, /Confirm your/);
        const token = link.searchParams.get("token");
        const confirmed = await jsonOf(await post("confirm", { email: person.email, token }));
        expect(Object.keys(confirmed)).toEqual(["message", "user"]);
        expect(confirmed["message"]).toBe("Email confirmed successfully");
        expect(confirmed["user"].email_confirmed_at).toMatch(wireTime);

        const { answer } = await logIn(person);
        expectSession(answer);
        expect(answer["user"]).toMatchObject({ id: registered["user"].id, role: "authenticated" });
      });

      test("answer a registration alike, whether the address has an account or only waits for one", async () => {
        const { email } = await loggedIn();
        const waiting = newcomer();
        await post("register", waiting);

        // One mail a minute, for both.
        const answers = await Promise.all(
          [email, waiting.email].map(async (address) => {
            const response = await post("register", { ...waiting, email: address });
            const { request_id: _, ...rest } = await jsonOf(response);
            return JSON.stringify([response.status, rest]).replaceAll(/\d+ seconds/g, "some seconds");
          }),
        );

        expect(answers[0]).toMatch(/^\[429,.*For security purposes/);
        expect(answers[1]).toBe(answers[0]);
      });

      test.each([
        ["no address", { email: "ada" }, "400 Please enter a valid email address"],
        [
          "a short password",
          { password: "12345" },
          "400 Registration failed: Password should be at least 6 characters.",
        ],
      ])("refuse a registration with %s", async (_what, changes, detail) => {
        expect(await detailOf(await post("register", { ...newcomer(), ...changes }))).toBe(detail);
      });

      test("refuse a wrong password and an unknown address alike", async () => {
        const { email } = await loggedIn();

        for (const address of [email, newcomer().email]) {
          expect(await detailOf(await post("login", { email: address, password: "wrong" }))).toBe(
            "400 Login failed: Invalid login credentials",
          );
        }
      });

      test("never repeat what was sent, not even to who forgot the address", async () => {
        for (const path of ["register", "login"]) {
          const response = await post(path, { password: "a password that nobody may see" });
          expect(response.status).toBe(422);
          expect(await response.text()).not.toContain("nobody may see");
        }
      });

      test("refresh once with each token", async () => {
        const { refreshToken } = await loggedIn();

        const second = await jsonOf(await post("refresh", { refresh_token: refreshToken }));
        expectSession(second);
        const third = await jsonOf(await post("refresh", { refresh_token: second["session"].refresh_token }));
        expectSession(third);
        expect(await detailOf(await post("refresh", { refresh_token: refreshToken }))).toBe(
          "400 Token refresh failed: Invalid Refresh Token: Already Used",
        );
        await untilRefused(third["session"].access_token);
        expect(await detailOf(await post("refresh", { refresh_token: "nonsense" }))).toMatch(
          /^400 Token refresh failed: /,
        );
      });

      test("log out of the session that the token is of, and of no other", async () => {
        const person = await loggedIn();
        const other = await logIn(person);
        for (const { token } of [person, other]) expect((await chat(token)).status).toBe(200);

        const response = await post("logout", { access_token: other.token }, person.token);

        expect(await jsonOf(response)).toEqual({ message: "Logged out successfully" });
        await untilRefused(person.token);
        expect((await chat(other.token)).status).toBe(200);
      });

      test.each([
        ["no token", undefined],
        ["nonsense", "nonsense"],
        ["what has a token's form", "a.b.c"],
        ["far too much", `${"a".repeat(5_000)}.${"b".repeat(5_000)}.c`],
      ])("log out also with %s, which ends nothing", async (_what, token) => {
        expect((await post("logout", undefined, token)).status).toBe(200);
      });

      test("send the confirmation again, and never tell", async () => {
        const { email } = newcomer();

        expect(await jsonOf(await post("resend-verification", { email }))).toEqual({
          message: `Verification email sent to ${email}`,
          result: { user: null, session: null, message_id: null },
        });
      });

      test("refuse what was never mailed", async () => {
        const { email } = await loggedIn();

        expect(await detailOf(await post("confirm", { email, token: "123456" }))).toBe(
          "400 Confirmation link is expired or invalid",
        );
      });

      test.each(["login", "register", "refresh", "logout", "confirm", "resend-verification", "validate"])(
        "are at /api/v0.3/auth/%s too",
        async (path) => {
          const answers = await Promise.all(
            ["v1", "v0.3"].map(async (version) => {
              const response = await fetch(`${world.url}/api/${version}/auth/${path}`, { method: "POST", body: "{}" });
              const { request_id: _, ...rest } = await jsonOf(response);
              return { status: response.status, rest };
            }),
          );
          expect(answers[1]).toEqual(answers[0]);
          expect(answers[0]?.status).not.toBe(404);
        },
      );

      test("tell whose a token is", async () => {
        const { token, user } = await loggedIn();

        expect(await jsonOf(await post("validate", { token }))).toEqual({
          valid: true,
          auth_type: "jwt",
          user_id: user.id,
          error: null,
        });
      });
    });

    describe("a forgotten password", () => {
      test("is replaced by who opens the mail, and other sessions end", async () => {
        const person = await loggedIn();
        const asked = await jsonOf(await post("forgot-password", { email: person.email }));
        expect(await jsonOf(await post("forgot-password", { email: newcomer().email }))).toEqual(asked);
        const { link } = await readMail(world, person.email, /new password/);
        const token = link.searchParams.get("token");
        expect((await fetch(link, { method: "HEAD", redirect: "manual" })).status).toBe(200);

        const reset = await jsonOf(await post("reset-password", { token, password: "another horse" }));

        expectSession(reset);
        await untilRefused(person.token);
        expect((await chat(reset["session"].access_token)).status).toBe(200);
        expect((await post("login", { email: person.email, password: "another horse" })).status).toBe(200);
        expect(await detailOf(await post("reset-password", { token, password: "third horse" }))).toBe(
          "400 Recovery link is expired or invalid",
        );
      });
    });

    describe("a session", () => {
      test("changes its password with the current one, and ends the others", async () => {
        const person = await loggedIn();
        const other = await logIn(person);
        const change = { current_password: "wrong", new_password: "another horse" };

        expect(await detailOf(await post("change-password", change, person.token))).toBe(
          "400 Password change failed: The current password is wrong",
        );
        const right = { ...change, current_password: person.password };
        expect((await post("change-password", right, person.token)).status).toBe(200);

        await untilRefused(other.token);
        expect((await chat(person.token)).status).toBe(200);
        expect((await post("login", person)).status).toBe(400);
      });

      test("shows and changes the profile, which a key sees as well", async () => {
        const { token, user, email } = await loggedIn();
        const change = { name: "Ada", metadata: { theme: "dark" } };

        const profile = await jsonOf(await send("PATCH", "profile", change, token));

        expect(profile).toMatchObject({
          id: user.id,
          email,
          name: "Ada",
          roles: ["user"],
          metadata: { theme: "dark" },
        });
        expect(profile["permissions"]).toContain("chat:create");
        expect(await jsonOf(await send("GET", "profile", undefined, token))).toEqual(profile);
        const byKey = await fetch(`${world.url}/api/v1/auth/profile`, { headers: { "x-api-key": world.key } });
        expect(await jsonOf(byKey)).toMatchObject({ email: "dev@gaia.local", team_ids: [] });
        const refused = await fetch(`${world.url}/api/v1/auth/profile`, {
          method: "PATCH",
          headers: { "x-api-key": world.key },
          body: "{}",
        });
        expect(refused.status).toBe(403);
      });

      test("erases its account, keys and conversations included", async () => {
        const { token, user, email, password } = await loggedIn();
        const spoken = await fetch(`${world.url}/api/v1/chat`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify({ message: "Hello, who are you?" }),
        });
        expect(spoken.status).toBe(200);
        const countOf = async (table: string) =>
          (await world.database.pool.query(`select from ${table} where user_id = $1`, [user.id])).rowCount;
        expect(await countOf("chat_messages")).toBeGreaterThan(0);

        expect(await detailOf(await send("DELETE", "account", { password: "wrong" }, token))).toBe(
          "400 Account could not be erased: The current password is wrong",
        );
        expect((await send("DELETE", `account?password=${encodeURIComponent(password)}`, {}, token)).status).toBe(400);
        expect((await send("DELETE", "account", { password }, token)).status).toBe(204);

        await untilRefused(token);
        expect(await countOf("chat_messages")).toBe(0);
        expect((await post("login", { email, password })).status).toBe(400);
        expect((await post("register", { email: newcomer().email, password })).status).toBe(200);
        const { rows } = await world.database.pool.query("select email, name from users where id = $1", [user.id]);
        expect(rows).toEqual([{ email: `${user.id}@gaia.local`, name: null }]);
      });

      test("is needed: nobody, and no key, may do these", async () => {
        const routes = [
          ["POST", "change-password"],
          ["PATCH", "profile"],
          ["DELETE", "account"],
        ] as const;
        for (const [method, path] of routes) {
          expect((await send(method, path, {})).status).toBe(401);
          const headers = { "x-api-key": world.key };
          expect((await fetch(`${world.url}/api/v1/auth/${path}`, { method, headers, body: "{}" })).status).toBe(403);
        }
      });
    });

    test("nonsense is the caller's fault on every route", async () => {
      const { token } = await loggedIn();
      const nonsense = [
        "",
        "x",
        "\0",
        "\ud800",
        "' or 1=1 --",
        "🤖".repeat(80),
        "x".repeat(2000),
        null,
        1,
        true,
        [],
        {},
      ];
      const names = ["email", "password", "token", "refresh_token", "new_password", "current_password", "name"];
      const routes = Object.values(accounts).flatMap((contract) =>
        "http" in contract ? [`${contract.http.method} ${contract.http.path.replace("/api/v1/auth/", "")}`] : [],
      );
      for (const route of routes.filter((each) => !each.startsWith("GET"))) {
        const [method = "", path = ""] = route.split(" ");
        for (const value of nonsense) {
          const body = Object.fromEntries([...names, "metadata", "data", "redirect_to"].map((field) => [field, value]));
          const mixed = { ...body, email: newcomer().email, password: "correct horse" };
          for (const sent of [body, mixed]) {
            const { status } = await send(method, path, sent, path === "logout" ? undefined : token);
            expect([200, 400, 422, 429], `${route} with ${JSON.stringify(value)}`).toContain(status);
          }
        }
      }
    });

    test("what happened stands in the audit trail, with where it came from", async () => {
      const { user, email } = await loggedIn();
      await post("login", { email, password: "wrong" });
      const read = async () =>
        world.database.pool.query<{ event_type: string; ip_address: string }>(
          `select event_type, host(ip_address) as ip_address from permission_audit_log
           where actor_id = $1 or target_user_id = $1 order by sequence`,
          [user.id],
        );
      await expect
        .poll(async () => (await read()).rows.map(({ event_type }) => event_type))
        .toEqual(["user.registered", "user.confirmed", "session.started", "session.refused"]);
      expect(new Set((await read()).rows.map((row) => row.ip_address))).toEqual(new Set(["127.0.0.1"]));
    });

    test("the links of mails lead to the gateway's real port", async () => {
      const { email } = await loggedIn();

      expect((await readMail(world, email, /Confirm your/)).link.port).toBe(new URL(world.url).port);
    });

    test("no password and no token is in the log", () => {
      const text = JSON.stringify(world.logs());

      expect(text).not.toMatch(/correct horse|another horse|eyJ[A-Za-z0-9_-]{8}|nobody may see/);
    });
  });
}
