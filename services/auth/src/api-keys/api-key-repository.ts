import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";

export interface VerifiableKey {
  readonly id: string;
  readonly userId: string;
  readonly email: string;
  readonly keyHash: string;
  readonly grants: unknown;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Unix seconds; `null` for a key without end. */
  readonly expiresAtSeconds: number | null;
  readonly isUsable: boolean;
}

export interface ListedKey {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly prefix: string | null;
  readonly isActive: boolean;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date | null;
}

type KeyTables = Kysely<Tables>;

/**
 * Finds a key with its owner. Expiry is compared in the database, because `expires_at` has a time zone in some of the
 * original's databases and none in others; the session's zone is UTC.
 */
export async function findKeyByHash(kysely: KeyTables, keyHash: string): Promise<VerifiableKey | undefined> {
  return kysely
    .selectFrom("api_keys")
    .innerJoin("users", "users.id", "api_keys.user_id")
    .select([
      "api_keys.id",
      "api_keys.user_id as userId",
      "users.email",
      "api_keys.key_hash as keyHash",
      "api_keys.permissions as grants",
      "api_keys.requests_per_minute as requestsPerMinute",
      "api_keys.tokens_per_minute as tokensPerMinute",
      sql<
        number | null
      >`case when isfinite(api_keys.expires_at) then extract(epoch from api_keys.expires_at)::float8 end`.as(
        "expiresAtSeconds",
      ),
      sql<boolean>`coalesce(api_keys.is_active, true) and coalesce(users.is_active, true)
        and (api_keys.expires_at is null or api_keys.expires_at > now())`.as("isUsable"),
    ])
    .where("api_keys.key_hash", "=", keyHash)
    .executeTakeFirst();
}

/** Stamps the use of a key, at most once a minute, so that reads do not become writes. */
export async function stampKeyUse(kysely: KeyTables, id: string): Promise<void> {
  await kysely
    .updateTable("api_keys")
    .set({ last_used_at: sql`now()` })
    .where("id", "=", id)
    .where((where) =>
      where.or([where("last_used_at", "is", null), where("last_used_at", "<", sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute();
}

export async function insertKey(
  kysely: KeyTables,
  key: {
    readonly id: string;
    readonly userId: string;
    readonly keyHash: string;
    readonly prefix: string;
    readonly name: string;
    readonly grants: Readonly<Record<string, unknown>>;
    readonly expiresAt: Date | null;
  },
): Promise<void> {
  await kysely
    .insertInto("api_keys")
    .values({
      id: key.id,
      user_id: key.userId,
      key_hash: key.keyHash,
      key_prefix: key.prefix,
      name: key.name,
      permissions: JSON.stringify(key.grants),
      expires_at: key.expiresAt,
    })
    .execute();
}

/** Switches a key off; answers its owner and hash, or nothing when there is no such active key. */
export async function deactivateKey(
  kysely: KeyTables,
  id: string,
): Promise<{ readonly userId: string; readonly keyHash: string } | undefined> {
  return kysely
    .updateTable("api_keys")
    .set({ is_active: false })
    .where("id", "=", id)
    .where("is_active", "is not", false)
    .returning(["user_id as userId", "key_hash as keyHash"])
    .executeTakeFirst();
}

export async function listKeys(kysely: KeyTables, email: string | undefined): Promise<ListedKey[]> {
  return kysely
    .selectFrom("api_keys")
    .innerJoin("users", "users.id", "api_keys.user_id")
    .select([
      "api_keys.id",
      "users.email",
      "api_keys.name",
      "api_keys.key_prefix as prefix",
      sql<boolean>`coalesce(api_keys.is_active, true)`.as("isActive"),
      "api_keys.expires_at as expiresAt",
      "api_keys.last_used_at as lastUsedAt",
      "api_keys.created_at as createdAt",
    ])
    .$if(email !== undefined, (query) => query.where("users.email", "=", email ?? ""))
    .orderBy("api_keys.created_at")
    .execute();
}

/** How many keys work now, the well-known development key aside. */
export async function countUsableKeys(kysely: KeyTables, exceptHash: string): Promise<number> {
  const { count } = await kysely
    .selectFrom("api_keys")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("is_active", "is not", false)
    .where(sql<boolean>`(expires_at is null or expires_at > now())`)
    .where("key_hash", "!=", exceptHash)
    .executeTakeFirstOrThrow();
  return count;
}
