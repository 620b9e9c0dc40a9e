import { type IdentityUser, isGaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { createClockLimits } from "../../testing/create-clock-limits.ts";
import { openIdentityWorld, secretsOf, stranger } from "../../testing/open-identity-world.ts";
import { createIdentityUser } from "../administration/create-identity-user.ts";
import { signIn } from "../sessions/sign-in.ts";
import { verifyMailedToken } from "../verification/verify-mailed-token.ts";
import { hashPassword } from "./password.ts";
import { recoverAccount } from "./recover-account.ts";
import { resendMail } from "./resend-mail.ts";
import { signUp as startSignUp } from "./sign-up.ts";

const person = { email: "ada@example.test", password: "correct horse" };
const minute = 60_000;
const { setup } = await openIdentityWorld();

/** With all that nobody waits for. */
async function signUp(...[deps, ...call]: Parameters<typeof startSignUp>): ReturnType<typeof startSignUp> {
  const answer = await startSignUp(deps, ...call);
  await deps.background.drain();
  return answer;
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) =>
      isGaiaError(error) ? `${error.status} ${error.reason?.replace("identity.", "")}` : String(error),
  );
}

/** What differs from person to person, and nothing else. */
function shapeOf(user: object): unknown {
  const anonymous = JSON.stringify(user)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/[\w.]+@example\.test/g, "<email>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>");
  return JSON.parse(anonymous);
}

describe("a sign-up", () => {
  test("makes an account that waits for its mail, and no row of ours before that", async () => {
    const { deps, kysely, mails } = await setup();

    const user = await signUp(deps, stranger, { ...person, email: " Ada@Example.TEST ", data: { name: "Ada" } });

    expect(user).toMatchObject({ email: person.email, user_metadata: { name: "Ada", email_verified: false } });
    expect(user).not.toHaveProperty("access_token");
    expect(mails).toMatchObject([{ kind: "signup", to: person.email }]);
    expect(await kysely.selectFrom("users").select("id").execute()).toEqual([]);
    expect(await failureOf(signIn(deps, stranger, person))).toBe("400 email_not_confirmed");
    await verifyMailedToken(deps, stranger, { type: "signup", token_hash: secretsOf(mails[0]).token });
    expect(await kysely.selectFrom("users").select("email").execute()).toEqual([{ email: person.email }]);
    expect((await signIn(deps, stranger, person)).user.id).toBe((user as IdentityUser).id);
  });

  test("answers the same for a new address, one that waits and one that has an account", async () => {
    const { deps, clock, mails } = await setup();
    await createIdentityUser(deps, stranger, { email: "known@example.test", password: "secret", email_confirm: true });
    const answer = async (email: string) => {
      clock.time += minute;
      return signUp(deps, stranger, { email, password: "correct horse", data: { a: 1 } });
    };

    const fresh = await answer("fresh@example.test");
    const waiting = await answer("fresh@example.test");
    const known = [await answer("known@example.test"), await answer("known@example.test")];

    expect(shapeOf(waiting)).toEqual(shapeOf(fresh));
    for (const each of known) expect(shapeOf(each)).toEqual(shapeOf(fresh));
    expect("id" in waiting && "id" in fresh && waiting.id === fresh.id).toBe(true);
    expect(new Set(known.map((each) => "id" in each && each.id)).size).toBe(1);
    expect(mails.map(({ to }) => to)).toEqual(["fresh@example.test", "fresh@example.test"]);
  });

  test("is limited alike for an address with and without account", async () => {
    const { deps } = await setup();
    await createIdentityUser(deps, stranger, { email: "known@example.test", password: "secret", email_confirm: true });

    for (const email of ["known@example.test", "fresh@example.test"]) {
      expect(await failureOf(signUp(deps, stranger, { ...person, email }))).toBe("none");
      expect(await failureOf(signUp(deps, stranger, { ...person, email }))).toBe("429 over_email_send_rate_limit");
      expect(await failureOf(recoverAccount(deps, stranger, { email }))).toBe("none");
      expect(await failureOf(recoverAccount(deps, stranger, { email }))).toBe("429 over_email_send_rate_limit");
    }
  });

  test("and a sign-in take the time of a hash also where there is nothing to hash for", async () => {
    const { deps } = await setup({ passwordCost: 10 });
    await createIdentityUser(deps, stranger, { email: "known@example.test", password: "secret", email_confirm: true });
    const time = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      await work();
      return performance.now() - started;
    };
    const hash = () => hashPassword(deps.settings, "a password");
    await failureOf(signIn(deps, stranger, { email: "warm@example.test", password: "warm-up" }));

    const known = await time(() => signUp(deps, stranger, { ...person, email: "known@example.test" }));
    const nobody = await time(() => failureOf(signIn(deps, stranger, { ...person, email: "nobody@example.test" })));
    const quickest = Math.min(await time(hash), await time(hash), await time(hash));

    expect(known).toBeGreaterThan(quickest / 2);
    expect(nobody).toBeGreaterThan(quickest / 2);
  });

  test("of an account that waits, with another password, leaves it none: who opens the mail chooses one", async () => {
    const { deps, clock, mails } = await setup();
    await signUp(deps, stranger, { ...person, password: "an attacker's" });
    clock.time += minute;
    await signUp(deps, stranger, person);

    const verified = await verifyMailedToken(deps, stranger, { type: "signup", token_hash: secretsOf(mails[1]).token });

    expect(verified).toMatchObject({ state: "signed-in" });
    for (const password of [person.password, "an attacker's"]) {
      expect(await failureOf(signIn(deps, stranger, { ...person, password }))).toBe("400 invalid_credentials");
    }
  });

  test("of an account that waits, with the same password, changes nothing", async () => {
    const { deps, clock, mails } = await setup();
    await signUp(deps, stranger, person);
    clock.time += minute;
    await signUp(deps, stranger, person);
    await verifyMailedToken(deps, stranger, { type: "signup", token_hash: secretsOf(mails[1]).token });

    expect(await failureOf(signIn(deps, stranger, person))).toBe("none");
  });

  test("of two with different passwords at the same moment leaves neither's", async () => {
    const { deps, kysely } = await setup();
    const elsewhere = { ...deps, limits: createClockLimits(deps.now) };

    await Promise.all([
      signUp(deps, stranger, person),
      signUp(elsewhere, stranger, { ...person, password: "an attacker's" }),
    ]);

    expect(await kysely.selectFrom("auth.users").select("encrypted_password").execute()).toEqual([
      { encrypted_password: null },
    ]);
  });

  test("does not wait for what it does where there is no account", async () => {
    const { deps, lines } = await setup();
    const settings = {
      ...deps.settings,
      get publicUrl(): string {
        throw new Error("no mail can be written");
      },
    };

    expect(await signUp({ ...deps, settings }, stranger, person)).toMatchObject({ email: person.email });

    expect(lines.join("")).toContain("no mail can be written");
  });

  test("invents ids in which nothing is always the same", async () => {
    const { deps } = await setup();
    const variants = new Set<string>();
    for (let count = 0; count < 24; count += 1) {
      const email = `known-${count}@example.test`;
      await createIdentityUser(deps, stranger, { email, password: "secret", email_confirm: true });
      const answer = await signUp(deps, stranger, { ...person, email });
      if ("id" in answer) variants.add(answer.id.charAt(19));
    }

    expect([...variants].toSorted()).toEqual(["8", "9", "a", "b"]);
  });

  test.each([
    ["no address", { email: undefined }, "422 anonymous_provider_disabled"],
    ["no password", { password: "" }, "400 validation_failed"],
    ["a short password", { password: "12345" }, "422 weak_password"],
    ["a password that bcrypt cuts", { password: "ä".repeat(37) }, "400 validation_failed"],
    ["no such address", { email: "ada" }, "400 validation_failed"],
    ["two addresses", { email: "a@example.test,b@example.test" }, "400 validation_failed"],
    ["a header in the address", { email: "a@example.test\r\nbcc:b@example.test" }, "400 validation_failed"],
    ["a display name", { email: "Ada <a@example.test>" }, "400 validation_failed"],
    ["endless metadata", { data: { text: "x".repeat(5000) } }, "400 validation_failed"],
    ["letters of another script", { email: "ädä@пример.test" }, "none"],
  ])("with %s: %j", async (_what, changes, expected) => {
    const { deps } = await setup();

    expect(await failureOf(signUp(deps, stranger, { ...person, ...changes }))).toBe(expected);
  });

  test("can be switched off", async () => {
    const { deps } = await setup({ isSignUpDisabled: true });

    expect(await failureOf(signUp(deps, stranger, person))).toBe("422 signup_disabled");
  });

  test("without confirmation is a session at once, but proves no address", async () => {
    const { deps, kysely } = await setup({ isAutoconfirmed: true });
    const older = crypto.randomUUID();
    await kysely.insertInto("users").values({ id: older, email: person.email }).execute();

    const session = await signUp(deps, stranger, person);

    expect(session).toMatchObject({ token_type: "bearer", user: { email: person.email } });
    const id = "user" in session ? session.user.id : "";
    expect(id).not.toBe(older);
    const rows = await kysely.selectFrom("users").select(["id", "email"]).orderBy("email").execute();
    expect(rows).toEqual(expect.arrayContaining([{ id, email: `${id}@gaia.local` }]));
    expect(await failureOf(signUp(deps, stranger, person))).toBe("422 user_already_exists");
  });
});

test("without confirmation an account that waits is given only to who knows its password", async () => {
  const { deps } = await setup({ isAutoconfirmed: true });
  await createIdentityUser(deps, stranger, person);

  expect(await failureOf(signUp(deps, stranger, { ...person, password: "a stranger's" }))).toBe(
    "422 user_already_exists",
  );
  expect(await signUp(deps, stranger, person)).toMatchObject({ token_type: "bearer" });
});

test("of two sign-ups with one address at the same moment both get an answer, and there is one account", async () => {
  const { deps, kysely, mails } = await setup();
  const elsewhere = { ...deps, limits: createClockLimits(deps.now) };

  await Promise.all([signUp(deps, stranger, person), signUp(elsewhere, stranger, person)]);

  expect(await kysely.selectFrom("auth.users").select("email").execute()).toEqual([{ email: person.email }]);
  expect(mails.length).toBeGreaterThan(0);
});

describe("an older row with the same address", () => {
  test("belongs to who proves the address, but a password from before the proof is dropped", async () => {
    const { deps, kysely, mails } = await setup();
    const older = crypto.randomUUID();
    await kysely.insertInto("users").values({ id: older, email: "Ada@example.test", name: "Ada" }).execute();
    await signUp(deps, stranger, person);

    const verified = await verifyMailedToken(deps, stranger, { type: "signup", token_hash: secretsOf(mails[0]).token });

    expect(verified).toMatchObject({
      session: { user: { id: older, identities: [{ id: older, identity_data: { sub: older } }] } },
    });
    expect(await kysely.selectFrom("users").select(["id", "name"]).execute()).toEqual([{ id: older, name: "Ada" }]);
    expect(await failureOf(signIn(deps, stranger, person))).toBe("400 invalid_credentials");
  });

  test("is given by an administrator with the password", async () => {
    const { deps, kysely } = await setup();
    const older = crypto.randomUUID();
    await kysely.insertInto("users").values({ id: older, email: person.email }).execute();

    expect((await createIdentityUser(deps, stranger, { ...person, email_confirm: true })).id).toBe(older);
    expect((await signIn(deps, stranger, person)).user.id).toBe(older);
  });

  test("that has an account already is not taken from it", async () => {
    const { deps, kysely } = await setup();
    const first = await createIdentityUser(deps, stranger, { ...person, email_confirm: true });
    await kysely.updateTable("users").set({ email: "grace@example.test" }).where("id", "=", first.id).execute();

    const second = await createIdentityUser(deps, stranger, { email: "grace@example.test", email_confirm: true });

    expect(second.id).not.toBe(first.id);
    expect(await kysely.selectFrom("users").select("id").where("id", "=", second.id).execute()).toHaveLength(1);
  });
});

describe("mail", () => {
  test("is sent again only where a confirmation is awaited, and never tells", async () => {
    const { deps, clock, mails } = await setup();
    await createIdentityUser(deps, stranger, { email: "known@example.test", password: "secret", email_confirm: true });
    await signUp(deps, stranger, person);
    clock.time += minute;

    for (const email of [person.email, "known@example.test", "nobody@example.test"]) {
      expect(await failureOf(resendMail(deps, stranger, { type: "signup", email }))).toBe("none");
      expect(await failureOf(recoverAccount(deps, stranger, { email }))).toBe("none");
      await deps.background.drain();
    }
    expect(await failureOf(resendMail(deps, stranger, { type: "sms", email: person.email }))).toBe(
      "400 validation_failed",
    );
    expect(mails.map(({ kind, to }) => `${kind} ${to}`)).toEqual([
      "signup ada@example.test",
      "signup ada@example.test",
      "recovery ada@example.test",
      "recovery known@example.test",
    ]);
  });

  test("of other kinds does not use up what there is for recovery", async () => {
    const { deps, clock } = await setup();
    for (let count = 0; count < 12; count += 1) {
      clock.time += minute;
      await failureOf(resendMail(deps, stranger, { type: "signup", email: person.email }));
    }

    expect(await failureOf(resendMail(deps, stranger, { type: "email_change", email: person.email }))).toMatch(/^429/);
    expect(await failureOf(recoverAccount(deps, stranger, { email: person.email }))).toBe("none");
  });

  test("to one address is limited to ten an hour", async () => {
    const { deps, clock } = await setup();
    const failures: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      clock.time += minute;
      failures.push(await failureOf(recoverAccount(deps, stranger, { email: person.email })));
    }

    expect(failures.filter((failure) => failure === "none")).toHaveLength(10);
    clock.time += 60 * minute;
    expect(await failureOf(recoverAccount(deps, stranger, { email: person.email }))).toBe("none");
  });
});

describe("guesses", () => {
  test("at a password are limited by account", async () => {
    const { deps, clock } = await setup();
    await createIdentityUser(deps, stranger, { ...person, email_confirm: true });
    for (let count = 0; count < 30; count += 1) {
      expect(await failureOf(signIn(deps, stranger, { ...person, password: `wrong ${count}` }))).toBe(
        "400 invalid_credentials",
      );
    }

    expect(await failureOf(signIn(deps, stranger, person))).toBe("429 over_request_rate_limit");
    clock.time += 5 * minute;
    expect(await failureOf(signIn(deps, stranger, person))).toBe("none");
  });
});
