import { nobody } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { createBackground } from "@gaia/kit/background";
import type { IdentityDeps, IdentitySettings } from "../identity/identity-deps.ts";
import { createSigningKeys } from "../identity/keys/signing-keys.ts";
import type { Mail } from "../mail/mailer.ts";
import { createOwnSchemaCheck } from "../identity/own-schema.ts";
import { createClockLimits } from "./create-clock-limits.ts";
import { openAuthWorld } from "./open-auth-world.ts";

const settings: IdentitySettings = {
  version: "1.2.3",
  publicUrl: "https://gaia.example.test",
  siteUrl: "https://site.example.test/",
  redirectOrigins: ["https://app.example.test", "*"],
  isAutoconfirmed: false,
  isSignUpDisabled: false,
  tokenLifetimeSeconds: 3600,
  reuseIntervalSeconds: 10,
  minimumPasswordLength: 6,
  // The least that bcrypt knows: tests need many passwords and no safe ones.
  passwordCost: 4,
};

/** Somebody without credentials, as far as requests tell of them. */
export const stranger: Auditor & { readonly requestId: string } = {
  principal: nobody,
  requestId: "request-of-a-stranger",
  client: { address: "192.0.2.7", userAgent: "a browser" },
};

/** One database for a test file, with an identity provider whose mails and clock are in the test's hands. */
export async function openIdentityWorld() {
  const auth = await openAuthWorld();

  const setup = async (changes: Partial<IdentitySettings> = {}) => {
    const clock = { time: new Date("2026-11-24T12:00:00.000Z").getTime() };
    const now = () => new Date(clock.time);
    const mails: Mail[] = [];
    const { deps: authDeps, kysely, lines, storeKey } = await auth.setup({ now });
    await kysely.deleteFrom("auth.users").execute();
    await kysely.deleteFrom("platform_secrets").execute();
    const background = createBackground(authDeps.log);
    const deps: IdentityDeps = {
      kysely,
      log: authDeps.log,
      background,
      now,
      hasOwnSchema: createOwnSchemaCheck(kysely),
      signingKeys: createSigningKeys(kysely, now),
      mailer: { send: async (mail) => void mails.push(mail) },
      limits: createClockLimits(now),
      settings: { ...settings, ...changes },
    };
    const events = async () =>
      (await kysely.selectFrom("event_outbox").select(["subject", "payload"]).orderBy("id").execute()).filter(
        ({ subject }) => subject === "gaia.auth.session.revoked",
      );
    const { last } = await kysely
      .selectFrom("permission_audit_log")
      .select((select) => select.fn.max("sequence").as("last"))
      .executeTakeFirstOrThrow();
    /** The audit trail since the test began. */
    const trail = async () => {
      await background.drain();
      return kysely
        .selectFrom("permission_audit_log")
        .selectAll()
        .where("sequence", ">", last ?? "0")
        .orderBy("sequence")
        .execute();
    };
    const world = { deps, authDeps: { ...authDeps, identity: deps }, kysely, clock, mails, events, lines, storeKey };
    return { ...world, trail };
  };

  return { setup, kysely: auth.kysely };
}

/** The secret of a mailed link, and the code for who cannot open it. */
export function secretsOf(mail: Mail | undefined): { readonly token: string; readonly code: string } {
  return {
    token: new URL(mail?.link ?? "about:blank").searchParams.get("token") ?? "",
    code: /code: (?<code>\d{6})/.exec(mail?.text ?? "")?.groups?.["code"] ?? "",
  };
}
