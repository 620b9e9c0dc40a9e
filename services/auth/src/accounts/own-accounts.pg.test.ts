import { randomUUID } from "node:crypto";
import { isGaiaError } from "@gaia/contracts";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { openAccountWorld } from "../testing/open-account-world.ts";
import { secretsOf, stranger } from "../testing/open-identity-world.ts";
import { changePassword } from "./change-password.ts";
import { confirmEmail } from "./confirm-email.ts";
import { getProfile } from "./get-profile.ts";
import { updateProfile } from "./update-profile.ts";

const { setup } = await openAccountWorld();
const person = { email: "ada@example.test", password: "correct horse" };
const minute = 60_000;

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) => (isGaiaError(error) ? `${error.status} ${error.message}` : String(error)),
  );
}

describe("a sign-out", () => {
  test("ends the session of its token and no other", async () => {
    const { provider, principalOf, member } = await setup();
    const { session } = await member();
    const other = await provider.signIn(stranger, person);

    await provider.signOut(stranger, session.access_token);

    expect(await principalOf(session.access_token)).toBeNull();
    expect(await principalOf(other.access_token)).toMatchObject({ kind: "user" });
    expect(await failureOf(provider.signOut(stranger, session.access_token))).toBe("none");
  });

  test("with a token that nobody here made ends nothing", async () => {
    const { provider, kysely, member } = await setup();
    const { id, session } = await member();
    const [row] = await kysely.selectFrom("auth.sessions").select("id").execute();
    const forged = await new SignJWT({ sub: id, session_id: row?.id, role: "authenticated" })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("authenticated")
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode("a secret of somebody else's"));

    for (const token of [forged, "a.b.c", `${session.access_token}x`]) await provider.signOut(stranger, token);

    expect(await kysely.selectFrom("auth.sessions").select("id").execute()).toHaveLength(1);
  });
});

describe("a confirmation", () => {
  test.each(["token", "code"] as const)("by the %s of the mail opens no session", async (secret) => {
    const { deps, provider, accounts, kysely, mails } = await setup();
    await provider.signUp(stranger, person);
    await deps.background.drain();

    const { message, user } = await confirmEmail(accounts, stranger, {
      email: person.email,
      token: secretsOf(mails[0])[secret],
    });

    expect(message).toBe("Email confirmed successfully");
    expect(user).toMatchObject({ email: person.email, email_confirmed_at: "2026-11-24T12:00:00Z" });
    expect(await kysely.selectFrom("auth.sessions").select("id").execute()).toEqual([]);
    expect(await failureOf(provider.signIn(stranger, person))).toBe("none");
  });

  test("by anything else is refused in the original's words", async () => {
    const { deps, provider, accounts } = await setup();
    await provider.signUp(stranger, person);
    await deps.background.drain();

    for (const token of ["000000x", "f".repeat(56)]) {
      expect(await failureOf(confirmEmail(accounts, stranger, { email: person.email, token }))).toBe(
        "400 Confirmation link is expired or invalid",
      );
    }
  });
});

describe("a new password by mail", () => {
  async function forgetful() {
    const world = await setup();
    const known = await world.member();
    await world.provider.recover(stranger, { email: person.email });
    await world.deps.background.drain();
    return { ...world, ...known, ...secretsOf(world.mails.at(-1)) };
  }

  test("signs in, and ends every session that there was", async () => {
    const { provider, principalOf, session, token } = await forgetful();

    const fresh = await provider.resetPassword(stranger, { token, password: "another horse" });

    expect(await principalOf(fresh.access_token)).toMatchObject({ kind: "user" });
    expect(await principalOf(session.access_token)).toBeNull();
    expect(await failureOf(provider.signIn(stranger, person))).toBe("400 Invalid login credentials");
    expect(await failureOf(provider.signIn(stranger, { ...person, password: "another horse" }))).toBe("none");
  });

  test("may be typed with the code", async () => {
    const { provider, code } = await forgetful();
    const reset = { email: person.email, token: code, password: "another horse" };

    expect(await failureOf(provider.resetPassword(stranger, reset))).toBe("none");
    expect(await failureOf(provider.resetPassword(stranger, reset))).toBe("403 Token has expired or is invalid");
  });

  test("that is too weak leaves the mail as good as it was", async () => {
    const { provider, token } = await forgetful();

    expect(await failureOf(provider.resetPassword(stranger, { token, password: "weak" }))).toMatch(/^422 Password/);
    expect(await failureOf(provider.resetPassword(stranger, { token_hash: token, password: "another horse" }))).toBe(
      "none",
    );
  });

  test("is one, although the mail is used twice at the same moment", async () => {
    const { provider, kysely, token } = await forgetful();

    const outcomes = await Promise.all(
      ["one horse", "two horses"].map((password) => failureOf(provider.resetPassword(stranger, { token, password }))),
    );

    expect(outcomes.toSorted()).toEqual(["403 Email link is invalid or has expired", "none"]);
    expect(await kysely.selectFrom("auth.sessions").select("id").execute()).toHaveLength(1);
  });
});

describe("a change of the password", () => {
  test("needs the current one, and ends all other sessions", async () => {
    const { provider, accounts, principalOf, member, trail } = await setup();
    const { id, session, owner } = await member();
    const other = await provider.signIn(stranger, person);
    const change = { current_password: person.password, new_password: "another horse" };

    expect(await failureOf(changePassword(accounts, owner, { ...change, current_password: "wrong" }))).toBe(
      "400 Password change failed: The current password is wrong",
    );
    expect(await failureOf(changePassword(accounts, owner, { ...change, new_password: "weak" }))).toMatch(
      /^400 Password change failed: Password should be/,
    );
    expect(await failureOf(changePassword(accounts, owner, change))).toBe("none");

    expect(await principalOf(session.access_token)).toMatchObject({ userId: id });
    expect(await principalOf(other.access_token)).toBeNull();
    const refused = (await trail()).filter(({ event_type }) => event_type === "session.refused");
    expect(refused).toMatchObject([{ actor_id: id }]);
  });

  test("needs none from who has just come by a mailed link", async () => {
    const { provider, accounts, clock, mails, deps, ownerOf, member } = await setup();
    const { owner: byPassword } = await member();
    await provider.recover(stranger, { email: person.email });
    await deps.background.drain();
    const { token } = secretsOf(mails.at(-1));
    const owner = await ownerOf(await provider.resetPassword(stranger, { token, password: "another horse" }));

    expect(await failureOf(changePassword(accounts, byPassword, { new_password: "third horse" }))).toBe(
      "400 Password change failed: The current password is required",
    );
    expect(await failureOf(changePassword(accounts, owner, { new_password: "third horse" }))).toBe("none");
    clock.time += 10 * minute;
    expect(await failureOf(changePassword(accounts, owner, { new_password: "fourth horse" }))).toBe(
      "400 Password change failed: The current password is required",
    );
  });

  test("cannot be guessed for long", async () => {
    const { accounts, member } = await setup();
    const { owner } = await member();
    const guess = (current_password: string) =>
      failureOf(changePassword(accounts, owner, { current_password, new_password: "another horse" }));
    // The sign-in was the first.
    for (let count = 0; count < 29; count += 1) expect(await guess(`wrong ${count}`)).toMatch(/^400/);

    expect(await guess(person.password)).toMatch(/^429/);
  });
});

describe("a profile", () => {
  test("tells who one is, and what counts now", async () => {
    const { kysely, accounts, member, deps } = await setup();
    const { id, owner } = await member();
    const [team, workspace] = [randomUUID(), randomUUID()];
    await kysely.insertInto("teams").values({ id: team, name: team, display_name: "Team" }).execute();
    await kysely.insertInto("team_members").values({ team_id: team, user_id: id, team_role: "member" }).execute();
    await kysely.insertInto("workspaces").values({ id: workspace, name: workspace, display_name: "W" }).execute();
    await kysely.insertInto("workspace_members").values({ workspace_id: workspace, user_id: id }).execute();
    const roles = await kysely.selectFrom("roles").select(["id", "name"]).execute();
    const give = (name: string, context_type: string, expires_at: Date | null) =>
      kysely
        .insertInto("user_roles")
        .values({
          user_id: id,
          role_id: roles.find((role) => role.name === name)?.id ?? "",
          context_type,
          context_id: context_type === "global" ? "global" : team,
          expires_at,
        })
        .execute();
    await give("analyst", "global", new Date(deps.now().getTime() + minute));
    await give("developer", "global", new Date(deps.now().getTime() - minute));
    await give("admin", "team", null);

    expect(await getProfile(accounts, owner.auditor.principal, null)).toEqual({
      id,
      email: person.email,
      name: null,
      metadata: expect.objectContaining({ email: person.email, email_verified: true }),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      roles: ["analyst", "user"],
      team_ids: [team],
      workspace_ids: [workspace],
      permissions: expect.arrayContaining(["account:read", "chat:create"]),
    });
  });

  test("of a key is its user's, with what the key may do", async () => {
    const { accounts, member } = await setup();
    const { id, email } = await member();
    const limits = { requestsPerMinute: null, tokensPerMinute: null };
    const key = {
      kind: "api-key",
      userId: id,
      email,
      apiKeyId: randomUUID(),
      grants: ["account:read"],
      limits,
    } as const;

    const profile = await getProfile(
      accounts,
      { ...key, grants: [...key.grants], permissions: ["account:read"] },
      null,
    );

    expect(profile).toMatchObject({ id, permissions: ["account:read"] });
  });

  test("changes by name and metadata, of which null takes away", async () => {
    const { accounts, kysely, member } = await setup();
    const { id, owner } = await member();

    await updateProfile(accounts, owner, { name: "Ada", metadata: { theme: "dark", gone: 1 } });
    const profile = await updateProfile(accounts, owner, { metadata: { gone: null } });

    expect(profile).toMatchObject({ name: "Ada", metadata: { name: "Ada", theme: "dark" } });
    expect(profile.metadata).not.toHaveProperty("gone");
    expect(await kysely.selectFrom("users").select("name").where("id", "=", id).execute()).toEqual([{ name: "Ada" }]);
    expect((await updateProfile(accounts, owner, { name: null })).name).toBeNull();
  });

  test("whose metadata is too long stays as it was, its name too", async () => {
    const { accounts, kysely, member } = await setup();
    const { id, owner } = await member();

    const change = { name: "Ada", metadata: { text: "x".repeat(5000) } };
    expect(await failureOf(updateProfile(accounts, owner, change))).toMatch(/^400 Profile update failed: Metadata/);
    expect(await kysely.selectFrom("users").select("name").where("id", "=", id).execute()).toEqual([{ name: null }]);
  });
});
