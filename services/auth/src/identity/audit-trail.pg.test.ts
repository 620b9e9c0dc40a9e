import type { Principal } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { openIdentityWorld, secretsOf, stranger } from "../testing/open-identity-world.ts";
import { recoverAccount } from "./accounts/recover-account.ts";
import { signUp } from "./accounts/sign-up.ts";
import { updateOwnUser } from "./accounts/update-own-user.ts";
import { createIdentityUser } from "./administration/create-identity-user.ts";
import { deleteIdentityUser } from "./administration/delete-identity-user.ts";
import { updateIdentityUser } from "./administration/update-identity-user.ts";
import { logOut } from "./sessions/log-out.ts";
import { refreshSession } from "./sessions/refresh-session.ts";
import { signIn } from "./sessions/sign-in.ts";
import { verifyMailedToken } from "./verification/verify-mailed-token.ts";

const person = { email: "ada@example.test", password: "correct horse" };
const { setup } = await openIdentityWorld();

type World = Awaited<ReturnType<typeof setup>>;

/** Who did what to whom, in short. */
async function stories({ trail }: World, names: Readonly<Record<string, string>>): Promise<string[]> {
  const nameOf = (id: string | null) => (id === null ? "nobody" : (names[id] ?? "somebody"));
  return (await trail()).map(
    ({ event_type, actor_id, target_user_id }) =>
      `${nameOf(actor_id)} ${event_type}${target_user_id === null ? "" : ` of ${nameOf(target_user_id)}`}`,
  );
}

function ownerOf(userId: string, sessionId: string | null = null): Extract<Principal, { readonly kind: "user" }> {
  return { kind: "user", userId, sessionId, email: person.email, permissions: [] };
}

describe("the audit trail", () => {
  test("tells the life of an account, and from where", async () => {
    const world = await setup();
    const { deps, mails, clock } = world;
    await signUp(deps, stranger, person);
    await deps.background.drain();
    await verifyMailedToken(deps, stranger, { type: "signup", token_hash: secretsOf(mails[0]).token });
    const session = await signIn(deps, stranger, person);
    const id = session.user.id;
    await refreshSession(deps, stranger, { refreshToken: session.refresh_token });
    const owner = { ...stranger, principal: ownerOf(id) };
    await updateOwnUser(deps, owner, { password: "another horse", data: { name: "Ada" } });
    clock.time += 60_000;
    await recoverAccount(deps, stranger, { email: person.email });
    await logOut(deps, owner, { scope: "global" });

    expect(await stories(world, { [id]: "Ada" })).toEqual([
      "Ada user.registered",
      "Ada user.confirmed",
      "Ada session.started",
      "Ada session.started",
      "Ada session.refreshed",
      "Ada user.password_changed",
      "Ada session.ended",
      "Ada session.ended",
      "Ada user.changed",
      "nobody user.recovery_requested of Ada",
    ]);
    const [first] = await world.trail();
    expect(first).toMatchObject({
      request_id: stranger.requestId,
      ip_address: "192.0.2.7",
      user_agent: "a browser",
      principal: { kind: "guest" },
    });
  });

  test("tells of refusals where there is an account, and nothing where there is none", async () => {
    const world = await setup();
    const { deps } = world;
    const { id } = await createIdentityUser(deps, stranger, { ...person, email_confirm: true });
    const before = (await world.trail()).length;
    const wrong = { password: "wrong" };

    await expect(signIn(deps, stranger, { ...person, ...wrong })).rejects.toThrow("Invalid login");
    await expect(
      verifyMailedToken(deps, stranger, { type: "signup", email: person.email, token: "1" }),
    ).rejects.toThrow("expired");
    for (const email of ["nobody@example.test", "no-one@example.test"]) {
      await expect(signIn(deps, stranger, { ...wrong, email })).rejects.toThrow("Invalid login");
      await expect(verifyMailedToken(deps, stranger, { type: "signup", email, token: "1" })).rejects.toThrow("expired");
      await recoverAccount(deps, stranger, { email });
    }

    const added = (await world.trail()).slice(before);
    expect(
      added.map(({ event_type, target_user_id, permission_details }) => ({
        event_type,
        target_user_id,
        permission_details,
      })),
    ).toEqual([
      {
        event_type: "session.refused",
        target_user_id: id,
        permission_details: { details: { reason: "invalid_credentials" } },
      },
      { event_type: "session.refused", target_user_id: id, permission_details: { details: { reason: "otp_expired" } } },
    ]);
  });

  test("tells of a stolen refresh token", async () => {
    const world = await setup({ reuseIntervalSeconds: 0 });
    const { deps } = world;
    const { id } = await createIdentityUser(deps, stranger, { ...person, email_confirm: true });
    const { refresh_token: first } = await signIn(deps, stranger, person);
    const second = await refreshSession(deps, stranger, { refreshToken: first });
    if (second.state === "stolen") throw new Error("too early");
    await refreshSession(deps, stranger, { refreshToken: second.session.refresh_token });

    await refreshSession(deps, stranger, { refreshToken: first });

    const names = { [id]: "Ada" };
    expect((await stories(world, names)).slice(-2)).toEqual([
      "nobody session.reuse_detected of Ada",
      "nobody session.ended of Ada",
    ]);
  });

  test("tells what an administrator did to whom", async () => {
    const world = await setup();
    const { deps } = world;
    const root = { ...stranger, principal: ownerOf(crypto.randomUUID()) };
    const { id } = await createIdentityUser(deps, root, { ...person, email_confirm: true });
    await updateIdentityUser(deps, root, { user_id: id, ban_duration: "1h", user_metadata: { name: "Ada" } });
    await updateIdentityUser(deps, root, { user_id: id, ban_duration: "none", email_confirm: true });
    await updateIdentityUser(deps, root, { user_id: id, password: "another horse" });
    await deleteIdentityUser(deps, root, { user_id: id });

    expect(await stories(world, { [id]: "Ada", [root.principal.userId]: "Root" })).toEqual([
      "Root user.registered of Ada",
      "Root user.confirmed of Ada",
      "Root user.banned of Ada",
      "Root user.changed of Ada",
      "Root user.unbanned of Ada",
      "Root user.password_changed of Ada",
      "Root user.deleted of Ada",
    ]);
  });

  test("holds neither addresses nor names, passwords nor tokens", async () => {
    const { deps, mails, trail } = await setup();
    await signUp(deps, stranger, { ...person, data: { name: "Lovelace" } });
    await deps.background.drain();
    const { token, code } = secretsOf(mails[0]);
    await verifyMailedToken(deps, stranger, { type: "signup", token_hash: token });
    const session = await signIn(deps, stranger, person);
    const owner = { ...stranger, principal: ownerOf(session.user.id) };
    await updateOwnUser(deps, owner, { email: "lovelace@example.test", data: { name: "Augusta" } });

    const text = JSON.stringify(await trail());

    for (const secret of [
      person.email,
      person.password,
      "Lovelace",
      "lovelace",
      "Augusta",
      token,
      `"${code}"`,
      "eyJ",
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toContain(session.refresh_token);
  });
});

test("a session remembers where it is used from, and forgets what is no address", async () => {
  const { deps, kysely } = await setup();
  await createIdentityUser(deps, stranger, { ...person, email_confirm: true });
  const session = await signIn(deps, stranger, person);
  const places = () => kysely.selectFrom("auth.sessions").select(["ip", "user_agent"]).execute();

  expect(await places()).toEqual([{ ip: "192.0.2.7", user_agent: "a browser" }]);
  const client = { address: "unknown", userAgent: null };
  await refreshSession(deps, { ...stranger, client }, { refreshToken: session.refresh_token });
  expect(await places()).toEqual([{ ip: null, user_agent: null }]);
});
