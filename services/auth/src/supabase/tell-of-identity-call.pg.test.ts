import { randomUUID } from "node:crypto";
import type { accounts, InputOf } from "@gaia/contracts";
import { Secret } from "@gaia/kit/config/secret";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { verifyApiKey } from "../api-keys/verify-api-key.ts";
import { openAuthWorld } from "../testing/open-auth-world.ts";
import { stranger } from "../testing/open-identity-world.ts";
import { createTokenKeys } from "../tokens/token-keys.ts";
import { verifyToken } from "../tokens/verify-token.ts";
import { createSupabaseAuth } from "./supabase-auth.ts";
import { tellOfIdentityCall } from "./tell-of-identity-call.ts";

const secret = "a-shared-secret-of-some-length-0123456789";
const start = new Date("2026-11-24T12:00:00.000Z").getTime();
const { setup } = await openAuthWorld();

type Call = InputOf<typeof accounts.tellOfIdentityCall>;

/** A project's accounts as Gaia sees them, with a clock of the test's. */
async function world() {
  const clock = { time: start };
  const now = () => new Date(clock.time);
  const { deps, kysely, storeKey } = await setup({
    now,
    tokenKeys: createTokenKeys({ secret: new Secret(secret), supabaseUrl: undefined }),
    supabase: createSupabaseAuth({
      url: "https://project.example.test",
      anonKey: undefined,
      serviceKey: undefined,
      fetch,
      timeoutMs: 1,
    }),
  });
  const key = await storeKey();
  const userId = key.userId;
  const sign = (sessionId: string = randomUUID()) =>
    new SignJWT({ session_id: sessionId, email: key.email })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(userId)
      .setAudience("authenticated")
      .setIssuedAt(Math.floor(clock.time / 1000))
      .setExpirationTime(new Date("2026-11-25T12:00:00Z"))
      .sign(new TextEncoder().encode(secret));
  const nothing = {
    token: null,
    accessToken: null,
    isNew: false,
    bannedUntil: null,
    email: null,
    how: null,
    fields: [],
  };
  const tell = (call: Pick<Call, "operation"> & Partial<Call>) =>
    tellOfIdentityCall(deps, stranger, { ...nothing, userId, ...call });
  const isIn = async (token: string) => (await verifyToken(deps, { token })).principal !== null;
  const isKeyIn = async () => (await verifyApiKey(deps, { keyHash: key.keyHash })).principal !== null;
  const trail = async () => {
    await deps.background.drain();
    const rows = await kysely
      .selectFrom("permission_audit_log")
      .select("event_type")
      .where((where) => where.or([where("target_user_id", "=", userId), where("actor_id", "=", userId)]))
      .orderBy("sequence")
      .execute();
    return rows.map(({ event_type }) => event_type);
  };
  const announced = async () =>
    kysely.selectFrom("event_outbox").select("payload").where("subject", "=", "gaia.auth.session.revoked").execute();
  return { clock, key, userId, sign, tell, isIn, isKeyIn, trail, announced };
}

describe("what the project did through Gaia", () => {
  test("signing out everywhere ends all tokens, but not those of a session that began in the same second", async () => {
    const { sign, tell, isIn, trail, announced, userId } = await world();
    const [own, other] = [await sign(), await sign()];

    await tell({ operation: "auth.log-out", token: own });
    const fresh = await sign();
    expect(await Promise.all([own, other, fresh].map(isIn))).toEqual([false, false, false]);
    await tell({ operation: "auth.issue-session", accessToken: fresh, how: "password" });

    expect(await Promise.all([own, other, fresh].map(isIn))).toEqual([false, false, true]);
    expect(await trail()).toEqual(["session.ended", "session.started"]);
    expect(await announced()).toMatchObject([{ payload: { user_id: userId, session_ids: null } }]);
  });

  test("signing out of the others, or a new password, leaves the own session", async () => {
    const { clock, sign, tell, isIn, trail } = await world();
    const [own, other] = [await sign(), await sign()];

    await tell({ operation: "auth.log-out", token: own, how: "others" });
    expect(await Promise.all([own, other].map(isIn))).toEqual([true, false]);
    clock.time += 60_000;
    const third = await sign();
    await tell({ operation: "auth.update-own-user", token: own, fields: ["password", "data"] });

    expect(await Promise.all([own, third].map(isIn))).toEqual([true, false]);
    clock.time += 60_000;
    expect(await isIn(await sign())).toBe(true);
    expect(await trail()).toEqual(["session.ended", "user.password_changed", "user.changed"]);
  });

  test("signing out of one session ends that one", async () => {
    const { sign, tell, isIn } = await world();
    const [own, other] = [await sign(), await sign()];

    await tell({ operation: "auth.log-out", token: own, how: "local" });

    expect(await Promise.all([own, other].map(isIn))).toEqual([false, true]);
  });

  test("a ban shuts out tokens and keys until it ends or is taken back", async () => {
    const { clock, sign, tell, isIn, isKeyIn, trail } = await world();
    const token = await sign();
    const ban = { operation: "auth.update-identity-user" as const, fields: ["ban_duration" as const] };
    const tomorrow = new Date(start + 86_400_000 / 2).toISOString();

    await tell({ ...ban, bannedUntil: tomorrow });
    expect([await isIn(token), await isKeyIn()]).toEqual([false, false]);
    await tell(ban);
    expect([await isIn(token), await isKeyIn()]).toEqual([true, true]);
    await tell({ ...ban, bannedUntil: tomorrow });
    clock.time += 86_400_000 / 2;

    expect([await isIn(token), await isKeyIn()]).toEqual([true, true]);
    expect(await trail()).toEqual(["user.banned", "user.unbanned", "user.banned"]);
  });

  test("deletion shuts out tokens and keys for good", async () => {
    const { clock, sign, tell, isIn, isKeyIn, trail } = await world();

    await tell({ operation: "auth.delete-identity-user" });
    clock.time += 60_000;

    expect([await isIn(await sign()), await isKeyIn()]).toEqual([false, false]);
    expect(await trail()).toEqual(["user.deleted"]);
  });

  test.each<[string, Partial<Call> & Pick<Call, "operation">, string[]]>([
    ["sign-up", { operation: "auth.sign-up", isNew: true }, ["user.registered"]],
    ["sign-up with a known address", { operation: "auth.sign-up" }, []],
    ["confirmation", { operation: "auth.verify-mailed-token", how: "signup" }, ["user.confirmed"]],
    ["account by an administrator", { operation: "auth.create-identity-user" }, ["user.registered"]],
    ["change by an administrator", { operation: "auth.update-identity-user", fields: ["email"] }, ["user.changed"]],
  ])("a %s is in the trail", async (_what, call, expected) => {
    const { tell, trail } = await world();

    await tell(call);

    expect(await trail()).toEqual(expected);
  });

  test("sessions and requests for recovery are in the trail", async () => {
    const { key, sign, tell, trail } = await world();

    await tell({ operation: "auth.issue-session", accessToken: await sign(), how: "refresh_token" });
    await tell({ operation: "auth.recover-account", userId: null, email: key.email });

    expect(await trail()).toEqual(["session.refreshed", "user.recovery_requested"]);
  });
});
