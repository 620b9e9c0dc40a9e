import type { Tables } from "@gaia/db";
import { type Expression, type Kysely, sql, type SqlBool } from "kysely";
import { timeOf } from "../access/time-of.ts";

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

/** As its owner may see it, but for what `permissions` means. */
export interface StoredKey {
  readonly id: string;
  readonly user_id: string;
  readonly name: string | null;
  readonly prefix: string | null;
  readonly grants: unknown;
  readonly requests_per_minute: number | null;
  readonly tokens_per_minute: number | null;
  readonly created_at: Date | null;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly is_revoked: boolean;
  /** Neither revoked nor expired. */
  readonly is_active: boolean;
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
    readonly grants: Readonly<Record<string, unknown>> | readonly string[];
    readonly expiresAt: Date | null;
    readonly requestsPerMinute?: number | null;
    readonly tokensPerMinute?: number | null;
    readonly createdBy?: string | null;
    readonly createdByKeyId?: string | null;
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
      requests_per_minute: key.requestsPerMinute ?? null,
      tokens_per_minute: key.tokensPerMinute ?? null,
      created_by: key.createdBy ?? null,
      created_by_key_id: key.createdByKeyId ?? null,
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

/** The key, those that it made, and those that they made. */
export async function findKeyFamily(kysely: KeyTables, id: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive family as (
      select id from api_keys where id = ${id}
      union
      select made.id from api_keys made join family on made.created_by_key_id = family.id
    )
    select id from family`.execute(kysely);
  return rows.map((row) => row.id);
}

function selectKeys(kysely: KeyTables) {
  return kysely
    .selectFrom("api_keys")
    .select([
      "api_keys.id",
      "api_keys.user_id",
      "api_keys.name",
      "api_keys.key_prefix as prefix",
      "api_keys.permissions as grants",
      "api_keys.requests_per_minute",
      "api_keys.tokens_per_minute",
      "api_keys.created_at",
      timeOf("api_keys.expires_at").as("expires_at"),
      "api_keys.last_used_at",
      sql<boolean>`api_keys.is_active is false`.as("is_revoked"),
      sql<boolean>`${isWorking}`.as("is_active"),
    ]);
}

const isWorking = sql<boolean>`(api_keys.is_active is not false
  and (api_keys.expires_at is null or api_keys.expires_at > now()))`;

export async function findKey(kysely: KeyTables, id: string): Promise<StoredKey | undefined> {
  return selectKeys(kysely).where("api_keys.id", "=", id).executeTakeFirst();
}

/** Until the transaction ends nobody else changes or revokes them. Always in one order, so that nobody waits for ever. */
export async function lockKeys(transaction: KeyTables, ids: readonly string[]): Promise<readonly StoredKey[]> {
  if (ids.length === 0) return [];
  return selectKeys(transaction).where("api_keys.id", "in", ids).orderBy("api_keys.id").forUpdate().execute();
}

const createdAt = sql<string>`coalesce((extract(epoch from api_keys.created_at) * 1000000)::bigint, 0)`;

export interface KeyPage {
  readonly userId: string;
  readonly isShown: Expression<SqlBool>;
  readonly limit: number;
  readonly after: { readonly createdAt: string; readonly id: string } | null;
}

/** The newest first, and one more than the limit where there are more. */
export async function selectKeyPage(kysely: KeyTables, { userId, isShown, limit, after }: KeyPage) {
  return selectKeys(kysely)
    .select(sql<string>`${createdAt}::text`.as("createdAt"))
    .where("api_keys.user_id", "=", userId)
    .where(isShown)
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(${createdAt}, api_keys.id) < (${after?.createdAt ?? ""}::bigint, ${after?.id ?? ""}::uuid)`,
      ),
    )
    .orderBy(createdAt, "desc")
    .orderBy("api_keys.id", "desc")
    .limit(limit + 1)
    .execute();
}

/** Of users who make keys at the same moment, one waits for the other, so that what they count stays true. */
export async function countWorkingKeys(transaction: KeyTables, userId: string): Promise<number> {
  await transaction.selectFrom("users").select("id").where("id", "=", userId).forNoKeyUpdate().execute();
  const { count } = await transaction
    .selectFrom("api_keys")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("user_id", "=", userId)
    .where(isWorking)
    .executeTakeFirstOrThrow();
  return count;
}

export async function updateKey(
  transaction: KeyTables,
  id: string,
  key: {
    readonly name: string | null;
    readonly grants: unknown;
    readonly expiresAt: Date | null;
    readonly requestsPerMinute: number | null;
    readonly tokensPerMinute: number | null;
  },
): Promise<void> {
  await transaction
    .updateTable("api_keys")
    .set({
      name: key.name,
      permissions: JSON.stringify(key.grants),
      expires_at: key.expiresAt,
      requests_per_minute: key.requestsPerMinute,
      tokens_per_minute: key.tokensPerMinute,
    })
    .where("id", "=", id)
    .execute();
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
