import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";

/** Whose possibilities change when a workspace is opened, closed or deleted. */
export async function findConcernedUsers(kysely: Kysely<Tables>, workspaceId: string): Promise<string[]> {
  const { rows } = await sql<{ userId: string }>`
    select user_id as "userId" from workspace_members where workspace_id = ${workspaceId}
    union
    select coalesce(owner_id, created_by) from workspaces
    where id = ${workspaceId} and coalesce(owner_id, created_by) is not null
    union
    select user_id from user_roles where context_type = 'workspace' and lower(context_id) = ${workspaceId}
    union
    select user_id from user_permissions where context_type = 'workspace' and lower(context_id) = ${workspaceId}
  `.execute(kysely);
  return rows.map(({ userId }) => userId);
}
