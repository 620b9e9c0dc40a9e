import { isGaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { openIdentityWorld, secretsOf, stranger } from "../../testing/open-identity-world.ts";
import { resendMail } from "../accounts/resend-mail.ts";
import { recoverAccount } from "../accounts/recover-account.ts";
import { signUp } from "../accounts/sign-up.ts";
import { updateOwnUser } from "../accounts/update-own-user.ts";
import { createIdentityUser } from "../administration/create-identity-user.ts";
import { signIn } from "../sessions/sign-in.ts";
import { chooseRedirect } from "./choose-redirect.ts";
import { followMailedLink } from "./follow-mailed-link.ts";
import { verifyMailedToken } from "./verify-mailed-token.ts";

const person = { email: "ada@example.test", password: "correct horse" };
const hour = 3_600_000;
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
  await signUp(base.deps, stranger, person);
  await base.deps.background.drain();
  const verify = (input: Parameters<typeof verifyMailedToken>[2]) => verifyMailedToken(base.deps, stranger, input);
  return { ...base, verify, ...secretsOf(base.mails[0]) };
}

const expired = "403 otp_expired";

describe("a mailed token", () => {
  test("works once, as a link or as a code", async () => {
    const { verify, token, code } = await world();

    expect(await failureOf(verify({ type: "signup", token_hash: token }))).toBe("none");
    expect(await failureOf(verify({ type: "signup", token_hash: token }))).toBe(expired);
    expect(await failureOf(verify({ type: "signup", email: person.email, token: code }))).toBe(expired);
  });

  test("opened twice at the same moment signs in once", async () => {
    const { verify, token, kysely } = await world();

    const outcomes = await Promise.all([1, 2, 3].map(() => failureOf(verify({ type: "signup", token_hash: token }))));

    expect(outcomes.toSorted()).toEqual([expired, expired, "none"]);
    expect(await kysely.selectFrom("auth.sessions").select("id").execute()).toHaveLength(1);
  });

  test("typed twice at the same moment signs in once", async () => {
    const { verify, code, kysely } = await world();
    const typed = { type: "email", email: person.email, token: code };

    const outcomes = await Promise.all([1, 2, 3].map(() => failureOf(verify(typed))));

    expect(outcomes.toSorted()).toEqual([expired, expired, "none"]);
    expect(await kysely.selectFrom("auth.sessions").select("id").execute()).toHaveLength(1);
  });

  test("works for an hour", async () => {
    const { verify, token, code, clock } = await world();
    clock.time += hour;

    expect(await failureOf(verify({ type: "signup", token_hash: token }))).toBe(expired);
    expect(await failureOf(verify({ type: "signup", email: person.email, token: code }))).toBe(expired);
    clock.time -= 1;
    expect(await failureOf(verify({ type: "signup", email: person.email, token: code }))).toBe("none");
  });

  test("ends when another one is asked for", async () => {
    const { deps, verify, token, clock, mails } = await world();
    clock.time += 60_000;
    await signUp(deps, stranger, person);
    await deps.background.drain();

    expect(await failureOf(verify({ type: "signup", token_hash: token }))).toBe(expired);
    expect(await failureOf(verify({ type: "signup", token_hash: secretsOf(mails[1]).token }))).toBe("none");
  });

  test("used makes all others useless, links and codes", async () => {
    const { deps, verify, token, mails } = await world();
    await recoverAccount(deps, stranger, { email: person.email });
    await deps.background.drain();
    const other = secretsOf(mails[1]);
    await verify({ type: "signup", token_hash: token });

    expect(await failureOf(verify({ type: "recovery", token_hash: other.token }))).toBe(expired);
    expect(await failureOf(verify({ type: "recovery", email: person.email, token: other.code }))).toBe(expired);
  });

  test.each([
    ["of another type", { type: "recovery" }, expired],
    ["without a type", { type: undefined }, "400 validation_failed"],
    ["of a type that is none", { type: "constructor" }, "400 validation_failed"],
    ["of a telephone", { type: "sms" }, "400 validation_failed"],
  ])("%s is refused", async (_what, changes, expected) => {
    const { verify, token } = await world();

    expect(await failureOf(verify({ token_hash: token, ...changes }))).toBe(expected);
  });

  test("is stored in no form that could be used", async () => {
    const { kysely, token, code } = await world();
    const rows = JSON.stringify([
      await kysely.selectFrom("auth.users").selectAll().execute(),
      await kysely.selectFrom("auth.one_time_tokens").selectAll().execute(),
    ]);

    expect(rows).not.toContain(token);
    expect(rows).not.toContain(`"${code}"`);
    expect(rows).not.toContain(person.password);
  });

  test("cannot be guessed for long", async () => {
    const { verify, code } = await world();
    const guess = (token: string) => failureOf(verify({ type: "signup", email: person.email, token }));
    for (let count = 0; count < 30; count += 1) expect(await guess(`x${count}`)).toBe(expired);

    expect(await guess(code)).toBe("429 over_request_rate_limit");
  });

  test("is over after ten wrong tries, however slow; the link beside it is not, nor is a new code", async () => {
    const { deps, clock, mails, verify, code, token } = await world();
    const guess = (text: string) => failureOf(verify({ type: "signup", email: person.email, token: text }));
    for (let count = 0; count < 10; count += 1) {
      clock.time += 120_000;
      expect(await guess(`x${count}`)).toBe(expired);
    }

    expect(await guess(code)).toBe(expired);
    await resendMail(deps, stranger, { type: "signup", email: person.email });
    await deps.background.drain();
    expect(await failureOf(verify({ type: "signup", token_hash: token }))).toBe(expired);
    expect(await guess(secretsOf(mails[1]).code)).toBe("none");
  });

  test("whose code was tried too often still works by its link", async () => {
    const { verify, token } = await world();
    for (let count = 0; count < 11; count += 1) {
      await failureOf(verify({ type: "signup", email: person.email, token: `x${count}` }));
    }

    expect(await failureOf(verify({ type: "signup", token_hash: token }))).toBe("none");
  });

  test("to recover an account that was never confirmed confirms it, without the password that it had", async () => {
    const { deps, mails, verify } = await world();
    await recoverAccount(deps, stranger, { email: person.email });
    await deps.background.drain();

    const verified = await verify({ type: "recovery", token_hash: secretsOf(mails[1]).token });

    expect(verified).toMatchObject({ session: { user: { email_confirmed_at: expect.any(String) } } });
    expect(await failureOf(signIn(deps, stranger, person))).toBe("400 invalid_credentials");
  });
});

describe("a change of address", () => {
  async function changing() {
    const base = await setup();
    const user = await createIdentityUser(base.deps, stranger, { ...person, email_confirm: true });
    const owner = { kind: "user" as const, userId: user.id, email: person.email, sessionId: null, permissions: [] };
    const updated = await updateOwnUser(base.deps, { ...stranger, principal: owner }, { email: "new@example.test" });
    const to = (email: string) => secretsOf(base.mails.find((mail) => mail.to === email));
    return { ...base, owner, user, updated, old: to(person.email), fresh: to("new@example.test") };
  }

  test("needs both addresses, in either order, by link or code", async () => {
    const { deps, kysely, owner, updated, old, fresh } = await changing();
    expect(updated).toMatchObject({ email: person.email, new_email: "new@example.test" });

    const first = await verifyMailedToken(deps, stranger, { type: "email_change", token_hash: old.token });
    expect(first).toEqual({ state: "waiting" });
    expect(await failureOf(verifyMailedToken(deps, stranger, { type: "email_change", token_hash: old.token }))).toBe(
      expired,
    );
    const second = await verifyMailedToken(deps, stranger, {
      type: "email_change",
      email: "new@example.test",
      token: fresh.code,
    });

    expect(second).toMatchObject({ session: { user: { email: "new@example.test" } } });
    expect(await kysely.selectFrom("users").select("email").execute()).toEqual([{ email: "new@example.test" }]);
    // Principals carry the address.
    const announced = await kysely
      .selectFrom("event_outbox")
      .select("payload")
      .where("subject", "=", "gaia.auth.access.changed")
      .execute();
    expect(announced).toMatchObject([{ payload: { user_ids: [owner.userId] } }]);
  });

  test("to an address that somebody took meanwhile does not happen", async () => {
    const { deps, old, fresh } = await changing();
    await createIdentityUser(deps, stranger, { email: "new@example.test", password: "secret" });
    await verifyMailedToken(deps, stranger, { type: "email_change", token_hash: old.token });

    expect(await failureOf(verifyMailedToken(deps, stranger, { type: "email_change", token_hash: fresh.token }))).toBe(
      "422 email_exists",
    );
  });

  test("is limited before anybody is told whether an address is taken; a password before anything is hashed", async () => {
    const { deps, owner } = await changing();
    const change = (input: object) => failureOf(updateOwnUser(deps, { ...stranger, principal: owner }, input));
    await createIdentityUser(deps, stranger, { email: "taken@example.test", password: "secret", email_confirm: true });

    expect(await change({ email: "taken@example.test" })).toBe("429 over_email_send_rate_limit");
    for (let count = 0; count < 30; count += 1)
      expect(await change({ password: person.password })).toBe("422 same_password");
    expect(await change({ password: person.password })).toBe("429 over_request_rate_limit");
  });

  test("is limited by account", async () => {
    const { deps, owner } = await changing();

    expect(
      await failureOf(updateOwnUser(deps, { ...stranger, principal: owner }, { email: "other@example.test" })),
    ).toBe("429 over_email_send_rate_limit");
  });

  test("or password or metadata of an account that is gone is refused", async () => {
    const { deps, owner } = await changing();
    const nobody = { ...owner, userId: crypto.randomUUID() };

    expect(await failureOf(updateOwnUser(deps, { ...stranger, principal: nobody }, { data: {} }))).toBe(
      "403 user_not_found",
    );
    expect(
      await failureOf(updateOwnUser(deps, { ...stranger, principal: owner }, { app_metadata: { admin: true } })),
    ).toBe("403 not_admin");
  });
});

describe("the page that a link leads to", () => {
  test("gets a session behind the #, or what is wrong", async () => {
    const { deps, token } = await world();
    const redirect_to = "https://app.example.test/welcome?from=mail";
    const link = { type: "signup", token, redirect_to };

    const good = new URL(await followMailedLink(deps, stranger, link));
    const bad = new URL(await followMailedLink(deps, stranger, link));

    expect(`${good.origin}${good.pathname}${good.search}`).toBe(redirect_to);
    expect(Object.fromEntries(new URLSearchParams(good.hash.slice(1)))).toMatchObject({
      access_token: expect.stringMatching(/^eyJ/),
      type: "signup",
    });
    expect(Object.fromEntries(new URLSearchParams(bad.hash.slice(1)))).toEqual({
      error: "access_denied",
      error_code: "otp_expired",
      error_description: "Email link is invalid or has expired",
    });
  });

  test.each([
    ["https://app.example.test/a", true],
    ["https://site.example.test/b", true],
    ["https://gaia.example.test/c", true],
    [undefined, false],
    ["", false],
    ["/relative", false],
    ["//app.example.test/a", false],
    ["https://evil.example.test/", false],
    ["http://app.example.test/", false],
    ["https://app.example.test.evil.test/", false],
    ["https://app.example.test@evil.test/", false],
    ["https://user:password@app.example.test/", false],
    ["https://app.example.test\\@evil.test/", true],
    ["javascript:alert(1)", false],
    ["null", false],
    ["*", false],
  ])("is only one that is allowed: %s, %j", async (wanted, isAllowed) => {
    const { deps } = await setup();
    const page = chooseRedirect(deps.settings, wanted);

    expect(page).toBe(isAllowed ? wanted : "https://site.example.test/");
    // Whatever it is, a browser goes to a known origin.
    expect(["app", "site", "gaia"]).toContain(new URL(page).hostname.split(".")[0]);
  });
});
