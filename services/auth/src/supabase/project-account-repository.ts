import type { Tables } from "@gaia/db";
import { type Kysely, type Selectable, sql } from "kysely";

type ProjectTables = Kysely<Tables>;

/** What was done through Gaia to an account of the project; nothing where nothing was. */
export async function findProjectAccount(
  kysely: ProjectTables,
  userId: string,
): Promise<Selectable<Tables["project_accounts"]> | undefined> {
  return kysely.selectFrom("project_accounts").selectAll().where("user_id", "=", userId).executeTakeFirst();
}

export async function setBan(transaction: ProjectTables, userId: string, until: Date | null): Promise<void> {
  await transaction
    .insertInto("project_accounts")
    .values({ user_id: userId, banned_until: until })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ banned_until: until }))
    .execute();
}

/** All access tokens that somebody has are over, except those of one session. */
export async function endTokens(
  transaction: ProjectTables,
  userId: string,
  { at, keepSession }: { readonly at: Date; readonly keepSession: string | null },
): Promise<void> {
  const ending = { tokens_over_at: at, kept_sessions: keepSession === null ? [] : [keepSession] };
  await transaction
    .insertInto("project_accounts")
    .values({ user_id: userId, ...ending })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(ending))
    .execute();
}

/**
 * The project has just given a session a token: whose it is is not banned. One that began in the second in which the
 * others ended would be taken for one of them, since tokens tell whole seconds.
 */
export async function noteLiveSession(
  transaction: ProjectTables,
  userId: string,
  { sessionId, issuedAt }: { readonly sessionId: string | null; readonly issuedAt: number | null },
): Promise<void> {
  await transaction
    .updateTable("project_accounts")
    .set({ banned_until: null })
    .where("user_id", "=", userId)
    .where("banned_until", "is not", null)
    .execute();
  if (sessionId === null || issuedAt === null) return;
  await transaction
    .updateTable("project_accounts")
    .set({ kept_sessions: sql<string[]>`array_append(kept_sessions, ${sessionId})` })
    .where("user_id", "=", userId)
    .where(sql<boolean>`floor(extract(epoch from tokens_over_at)) >= ${issuedAt}`)
    .where(sql<boolean>`not ${sessionId} = any(kept_sessions)`)
    .execute();
}
