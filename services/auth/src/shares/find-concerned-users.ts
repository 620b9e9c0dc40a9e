import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { Recipient } from "./recipient.ts";

/**
 * Whose caches a share makes stale; members of teams below a team belong to it. A public share makes none: no cache holds
 * what everybody may do with one resource, and nobody shall empty the caches of all by sharing.
 */
export async function findConcernedUsers(kysely: Kysely<Tables>, recipient: Recipient | null): Promise<string[]> {
  switch (recipient?.type) {
    case "user":
      return [recipient.id];
    case "team": {
      const { rows } = await sql<{ userId: string }>`
        select distinct user_id as "userId" from team_members
        where team_id in (select team_id from get_team_hierarchy(${recipient.id}))`.execute(kysely);
      return rows.map(({ userId }) => userId);
    }
    case "workspace": {
      const members = kysely.selectFrom("workspace_members").select("user_id").where("workspace_id", "=", recipient.id);
      return (await members.execute()).map((row) => row.user_id);
    }
    default:
      return [];
  }
}
