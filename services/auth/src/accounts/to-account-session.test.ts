import { accounts } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { ProviderSession, ProviderUser } from "./provider-account.ts";
import { toAccountSession, toAccountUser } from "./to-account-session.ts";
import { toWireTime } from "./to-wire-time.ts";

const now = new Date("2026-11-24T12:00:00.900Z");

/** As little as Supabase ever tells of a user. */
const bare = { id: "7b1d0000-0000-4000-8000-000000000001", created_at: "2026-01-02T03:04:05.123456Z" };

const known = {
  ...bare,
  aud: "authenticated",
  role: "authenticated",
  email: "ada@example.test",
  phone: "",
  app_metadata: { provider: "email", providers: ["email"] },
  user_metadata: { name: "Ada" },
  email_confirmed_at: "2026-01-02T05:04:05.5+02:00",
  is_anonymous: false,
  is_sso_user: false,
  banned_until: "2027-01-01T00:00:00Z",
  identities: [
    {
      identity_id: "i-1",
      id: bare.id,
      user_id: bare.id,
      identity_data: { sub: bare.id },
      provider: "email",
      created_at: "2026-01-02T03:04:05Z",
      last_sign_in_at: "2026-01-02T03:04:05.1Z",
      email: "ada@example.test",
    },
  ],
  factors: [
    { id: "f-1", factor_type: "totp", status: "verified", created_at: bare.created_at, updated_at: bare.created_at },
  ],
};

describe("a user in the original's shape", () => {
  test("has every key, in the original's order, and null for what is not known", () => {
    const user = toAccountUser(ProviderUser.parse(bare));

    expect(Object.entries(user)).toEqual([
      ["id", bare.id],
      ["app_metadata", {}],
      ["user_metadata", {}],
      ["aud", ""],
      ["confirmation_sent_at", null],
      ["recovery_sent_at", null],
      ["email_change_sent_at", null],
      ["new_email", null],
      ["new_phone", null],
      ["invited_at", null],
      ["action_link", null],
      ["email", null],
      ["phone", null],
      ["created_at", "2026-01-02T03:04:05.123456Z"],
      ["confirmed_at", null],
      ["email_confirmed_at", null],
      ["phone_confirmed_at", null],
      ["last_sign_in_at", null],
      ["role", null],
      ["updated_at", null],
      ["identities", null],
      ["is_anonymous", false],
      ["factors", null],
    ]);
    expect(Object.keys(accounts.AccountUser.shape)).toEqual(Object.keys(user));
  });

  test("leaves out what the original did not tell", () => {
    const user = toAccountUser(ProviderUser.parse(known));

    expect(user).not.toHaveProperty("banned_until");
    expect(user).not.toHaveProperty("is_sso_user");
    expect(user.identities?.[0]).toEqual({
      id: bare.id,
      identity_id: "i-1",
      user_id: bare.id,
      identity_data: { sub: bare.id },
      provider: "email",
      created_at: "2026-01-02T03:04:05Z",
      last_sign_in_at: "2026-01-02T03:04:05.100000Z",
      updated_at: null,
    });
    expect(user.factors?.[0]).toMatchObject({ id: "f-1", friendly_name: null });
    expect(accounts.AccountUser.parse(user)).toEqual(user);
  });
});

describe("a session in the original's shape", () => {
  const session = { access_token: "a.b.c", refresh_token: "r", token_type: "bearer", expires_in: 3600, user: known };

  test("says when it ends although Supabase does not", () => {
    const { user, ...rest } = toAccountSession(ProviderSession.parse(session), now);

    expect(rest).toEqual({
      provider_token: null,
      provider_refresh_token: null,
      access_token: "a.b.c",
      refresh_token: "r",
      expires_in: 3600,
      expires_at: Math.floor(now.getTime() / 1000) + 3600,
      token_type: "bearer",
    });
    expect(user.email_confirmed_at).toBe("2026-01-02T03:04:05.500000Z");
  });

  test("keeps the end that Supabase names", () => {
    const named = ProviderSession.parse({ ...session, expires_at: 1_795_362_254 });

    expect(toAccountSession(named, now).expires_at).toBe(1_795_362_254);
  });
});

test.each([
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"],
  ["2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05Z"],
  ["2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05.120000Z"],
  ["2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z"],
  ["2026-01-01T23:04:05.000001-04:00", "2026-01-02T03:04:05.000001Z"],
])("the moment %s is written as %s", (time, written) => {
  expect(toWireTime(time)).toBe(written);
});
