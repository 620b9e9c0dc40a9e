import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import type { Client } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, type Selectable, sql } from "kysely";

export type SessionRow = Selectable<Tables["auth.sessions"]>;

/** How somebody showed who they are. Source: `AuthenticationMethod` of supabase/auth `internal/models/factor.go`. */
export type Method = "password" | "otp";

export interface MethodClaim {
  readonly method: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

type AuthTables = Kysely<Tables>;

interface NewSession {
  readonly userId: string;
  readonly key: string;
  readonly method: Method;
  readonly client: Client | undefined;
  readonly now: Date;
}

export async function insertSession(kysely: AuthTables, session: NewSession): Promise<SessionRow> {
  const { now, userId, client } = session;
  const row = await kysely
    .insertInto("auth.sessions")
    .values({
      id: randomUUID(),
      user_id: userId,
      created_at: now,
      updated_at: now,
      aal: "aal1",
      refresh_token_hmac_key: session.key,
      refresh_token_counter: "0",
      ...placeOf(client),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await kysely
    .insertInto("auth.mfa_amr_claims")
    .values({
      id: randomUUID(),
      session_id: row.id,
      created_at: now,
      updated_at: now,
      authentication_method: session.method,
    })
    .execute();
  return row;
}

/** Where a session is used from; what a proxy made up is no address. */
export function placeOf(client: Client | undefined): {
  readonly ip: string | null;
  readonly user_agent: string | null;
} {
  const address = client?.address ?? "";
  return { ip: isIP(address) === 0 ? null : address, user_agent: client?.userAgent ?? null };
}

/** Nobody else can refresh or end the session before the transaction is over. */
export async function lockSession(transaction: AuthTables, id: string): Promise<SessionRow | undefined> {
  return transaction.selectFrom("auth.sessions").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
}

export async function findMethods(kysely: AuthTables, sessionId: string): Promise<MethodClaim[]> {
  const rows = await kysely
    .selectFrom("auth.mfa_amr_claims")
    .select(["authentication_method", "updated_at"])
    .where("session_id", "=", sessionId)
    .orderBy("updated_at", "desc")
    .execute();
  return rows.map((row) => ({
    method: row.authentication_method,
    timestamp: Math.floor(row.updated_at.getTime() / 1000),
  }));
}

/** When a session began with something mailed; `null` for any other. */
export async function startedByMailAt(
  kysely: AuthTables,
  session: { readonly id: string; readonly userId: string },
): Promise<Date | null> {
  const method: Method = "otp";
  const row = await kysely
    .selectFrom("auth.mfa_amr_claims")
    .innerJoin("auth.sessions", "auth.sessions.id", "auth.mfa_amr_claims.session_id")
    .select("auth.mfa_amr_claims.created_at as startedAt")
    .where("auth.sessions.id", "=", session.id)
    .where("auth.sessions.user_id", "=", session.userId)
    .where("auth.mfa_amr_claims.authentication_method", "=", method)
    .executeTakeFirst();
  return row?.startedAt ?? null;
}

/** Whether a token's session still is, and its account may be used. */
export async function isSessionLive(
  kysely: AuthTables,
  session: { readonly id: string; readonly userId: string; readonly now: Date },
): Promise<boolean> {
  const row = await kysely
    .selectFrom("auth.sessions")
    .innerJoin("auth.users", "auth.users.id", "auth.sessions.user_id")
    .select("auth.sessions.id")
    .where("auth.sessions.id", "=", session.id)
    .where("auth.sessions.user_id", "=", session.userId)
    .where("auth.users.deleted_at", "is", null)
    .where(sql<boolean>`(auth.users.banned_until is null or auth.users.banned_until <= ${session.now})`)
    .where(sql<boolean>`(auth.sessions.not_after is null or auth.sessions.not_after > ${session.now})`)
    .executeTakeFirst();
  return row !== undefined;
}
