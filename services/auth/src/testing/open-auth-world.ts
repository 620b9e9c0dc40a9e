import { createTestDatabase } from "@gaia/db/testing";
import { createBackground } from "@gaia/kit/background";
import { createMemoryLimits } from "@gaia/kit/limits/memory-limits";
import { createLog } from "@gaia/kit/log";
import { afterAll } from "vitest";
import { hashKeySecret } from "../api-keys/key-secret.ts";
import type { AuthDeps } from "../deps.ts";
import { createTokenKeys } from "../tokens/token-keys.ts";

interface KeyFacts {
  readonly isActive?: boolean | null;
  readonly expiresAt?: Date | null;
  readonly grants?: unknown;
  readonly ownerIsActive?: boolean | null;
  readonly secret?: string;
}

/** One database for a test file; each `setup()` empties it. */
export async function openAuthWorld() {
  const test = await createTestDatabase();
  afterAll(() => test.drop());
  const { kysely } = test.database;

  const setup = async (changes: Partial<AuthDeps> = {}) => {
    await kysely.deleteFrom("event_outbox").execute();
    await kysely.deleteFrom("api_keys").execute();
    await kysely.deleteFrom("users").execute();
    const lines: string[] = [];
    const log = await createLog({ level: "debug", pretty: false, destination: { write: (line) => lines.push(line) } });
    const deps: AuthDeps = {
      kysely,
      log,
      background: createBackground(log),
      now: () => new Date("2026-11-24T12:00:00.000Z"),
      limits: createMemoryLimits(),
      keyLimits: { requestsPerMinute: 1200, tokensPerMinute: null },
      mailer: { send: async () => {} },
      siteUrl: "https://site.example.test/",
      isDevelopmentKeyAllowed: false,
      tokenKeys: createTokenKeys({ secret: undefined, supabaseUrl: undefined }),
      tokenIssuer: null,
      identity: null,
      supabase: null,
      ...changes,
    };
    return { deps, kysely, lines, storeKey };
  };

  /** A user with one key, as the original or a later Gaia would have stored them. */
  const storeKey = async (facts: KeyFacts = {}) => {
    const id = crypto.randomUUID();
    const userId = crypto.randomUUID();
    const secret = facts.secret ?? `key-${id}`;
    const email = `${userId}@example.test`;
    const owner = { id: userId, email, is_active: facts.ownerIsActive ?? null };
    await kysely
      .insertInto("users")
      .values(facts.ownerIsActive === undefined ? { id: userId, email } : owner)
      .execute();
    await kysely
      .insertInto("api_keys")
      .values({
        id,
        user_id: userId,
        key_hash: hashKeySecret(secret),
        name: "A key",
        permissions: JSON.stringify(facts.grants ?? {}),
        ...(facts.isActive === undefined ? {} : { is_active: facts.isActive }),
        expires_at: facts.expiresAt ?? null,
      })
      .execute();
    return { id, userId, email, secret, keyHash: hashKeySecret(secret) };
  };

  return { setup, kysely };
}
