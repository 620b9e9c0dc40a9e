import { randomBytes, randomUUID } from "node:crypto";
import { type Database, openDatabase } from "@gaia/db";
import { SignJWT } from "jose";
import { createKeySecret, hashKeySecret, shownPrefix } from "../../../services/auth/src/api-keys/key-secret.ts";
import { showKey, showToken } from "./show.ts";

/** A person with a key and an access token. */
export interface StoredCaller {
  readonly userId: string;
  readonly key: string;
  readonly keyHash: string;
  /** As header lines. */
  readonly shownKey: string;
  readonly shownToken: string;
}

const rowsAtOnce = 1000;
const peopleInTeam = 50;

/** The secret of the tokens, for `SUPABASE_JWT_SECRET`. */
export const tokenSecret = randomBytes(32).toString("base64url");

/**
 * Stores people in a running Gaia's database. Each has the role `user`, which every account gets, and is in a team with
 * a grant, so that there is something to find out about them.
 */
export async function storeCallers(home: string, count: number): Promise<StoredCaller[]> {
  const callers = await Promise.all(Array.from({ length: count }, () => createCaller()));
  const database = await openDatabase({ dataFolder: home, mode: "join" });
  try {
    for (let start = 0; start < count; start += rowsAtOnce)
      await storeRows(database, callers.slice(start, start + rowsAtOnce));
    await database.pool.query("analyze");
  } finally {
    await database.close();
  }
  return callers;
}

async function createCaller(): Promise<StoredCaller> {
  const userId = randomUUID();
  const key = createKeySecret();
  const claims = { email: emailOf(userId), role: "authenticated", session_id: randomUUID() };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(userId)
    .setAudience("authenticated")
    .setIssuedAt()
    .setExpirationTime("2h")
    .sign(new TextEncoder().encode(tokenSecret));
  return { userId, key, keyHash: hashKeySecret(key), shownKey: showKey(key), shownToken: showToken(token) };
}

function emailOf(userId: string): string {
  return `${userId}@example.org`;
}

async function storeRows({ pool }: Database, callers: readonly StoredCaller[]): Promise<void> {
  const userIds = callers.map(({ userId }) => userId);
  const teamIds = Array.from({ length: Math.ceil(callers.length / peopleInTeam) }, () => randomUUID());
  const teamOfEach = callers.map((_, index) => teamIds[Math.floor(index / peopleInTeam)]);
  await pool.query("insert into users (id, email) select * from unnest($1::uuid[], $2::text[])", [
    userIds,
    userIds.map(emailOf),
  ]);
  await pool.query("insert into teams (id, name, display_name) select id, id, 'Team' from unnest($1::uuid[]) as id", [
    teamIds,
  ]);
  await pool.query("insert into team_members (team_id, user_id) select * from unnest($1::uuid[], $2::uuid[])", [
    teamOfEach,
    userIds,
  ]);
  await pool.query(
    `insert into resource_permissions (resource_type, resource_id, principal_type, principal_id, permissions)
    select 'kb', '/kb/teams/' || id, 'team', id, '{read}' from unnest($1::uuid[]) as id`,
    [teamIds],
  );
  await pool.query(
    `insert into api_keys (user_id, key_hash, key_prefix, name)
    select *, 'bench' from unnest($1::uuid[], $2::text[], $3::text[])`,
    [userIds, callers.map(({ keyHash }) => keyHash), callers.map(({ key }) => shownPrefix(key))],
  );
}
