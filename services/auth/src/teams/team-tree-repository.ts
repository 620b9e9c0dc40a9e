import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";

/** So deep may teams lie below each other. */
export const maximumDepth = 10;

// An arbitrary number that nothing else uses as a lock.
const treeLock = 3_170_001;

/** Whoever changes which team lies below which waits for the others, until the end of the transaction. */
export async function lockTeamTree(transaction: Kysely<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${treeLock})`.execute(transaction);
}

/** The team itself and those above it. A loop in the data ends the walk. */
export async function findTeamsAbove(kysely: Kysely<Tables>, teamId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive above as (
      select id, parent_team_id from teams where id = ${teamId}
      union
      select teams.id, teams.parent_team_id from teams join above on teams.id = above.parent_team_id
    )
    select id from above`.execute(kysely);
  return rows.map(({ id }) => id);
}

/** The team itself at level 0, and those below it. */
export async function findTeamsBelow(
  kysely: Kysely<Tables>,
  teamId: string,
): Promise<readonly { readonly id: string; readonly level: number }[]> {
  const { rows } = await sql<{ id: string; level: number }>`
    select team_id as id, level from get_team_hierarchy(${teamId})`.execute(kysely);
  return rows;
}

/**
 * Whose possibilities change when the tree does: members of the teams below, who belong to those above, and whoever
 * reaches down from above.
 */
export async function findConcernedUsers(
  kysely: Kysely<Tables>,
  { below, above }: { readonly below: readonly string[]; readonly above: readonly string[] },
): Promise<string[]> {
  const places = [...below, ...above];
  const { rows } = await sql<{ userId: string }>`
    select user_id as "userId" from team_members where team_id = any(${below}::uuid[])
    union
    select user_id from team_members where team_id = any(${above}::uuid[]) and team_role in ('owner', 'admin')
    union
    select user_id from user_roles where context_type = 'team' and lower(context_id) = any(${places}::text[])
    union
    select user_id from user_permissions where context_type = 'team' and lower(context_id) = any(${places}::text[])
  `.execute(kysely);
  return rows.map(({ userId }) => userId);
}
