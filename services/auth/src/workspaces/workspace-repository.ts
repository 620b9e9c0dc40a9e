import { notFound, type workspaces } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from "kysely";
import { readMetadata } from "../teams/team-repository.ts";

export type WorkspaceRow = Selectable<Tables["workspaces"]>;

/** Workspaces that the original opened belong to whoever opened them. */
export function ownerOf({ owner_id, created_by }: Pick<WorkspaceRow, "owner_id" | "created_by">): string | null {
  return owner_id ?? created_by;
}

export const ownerColumn = sql<string | null>`coalesce(workspaces.owner_id, workspaces.created_by)`;

export function selectWorkspaces(kysely: Kysely<Tables>, userId: string | null) {
  const members = sql`from workspace_members where workspace_id = workspaces.id`;
  return kysely
    .selectFrom("workspaces")
    .selectAll("workspaces")
    .select([
      sql<number>`(select count(*) ${members})::integer`.as("memberCount"),
      sql<boolean>`exists (select ${members} and user_id = ${userId})`.as("isMember"),
    ]);
}

type SeenWorkspace = Awaited<ReturnType<ReturnType<typeof selectWorkspaces>["execute"]>>[number];

export function rowToWorkspace(row: SeenWorkspace): workspaces.Workspace {
  return {
    id: row.id,
    name: row.name,
    display_name: row.display_name,
    description: row.description,
    workspace_type: row.workspace_type ?? "project",
    status: row.status ?? "active",
    metadata: readMetadata(row.metadata),
    owner_id: ownerOf(row),
    is_member: row.isMember,
    member_count: row.memberCount,
    created_by: row.created_by,
    created_at: row.created_at?.toISOString() ?? null,
    archived_at: row.archived_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
  };
}

/** Answers nothing when the name is taken. */
export async function insertWorkspace(
  transaction: Kysely<Tables>,
  workspace: Insertable<Tables["workspaces"]>,
): Promise<WorkspaceRow | undefined> {
  return transaction
    .insertInto("workspaces")
    .values(workspace)
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Whoever changes a workspace or its members holds its row, so that they come one after the other. */
export async function lockWorkspace(transaction: Kysely<Tables>, workspaceId: string): Promise<WorkspaceRow> {
  const query = transaction.selectFrom("workspaces").selectAll().where("id", "=", workspaceId).forUpdate();
  return found(await query.executeTakeFirst(), workspaceId);
}

export async function findWorkspace(kysely: Kysely<Tables>, workspaceId: string): Promise<WorkspaceRow> {
  const query = kysely.selectFrom("workspaces").selectAll().where("id", "=", workspaceId);
  return found(await query.executeTakeFirst(), workspaceId);
}

function found(row: WorkspaceRow | undefined, workspaceId: string): WorkspaceRow {
  if (row === undefined) throw notFound("workspace", workspaceId);
  return row;
}

export async function updateWorkspace(
  transaction: Kysely<Tables>,
  workspaceId: string,
  changes: Updateable<Tables["workspaces"]>,
): Promise<void> {
  await transaction.updateTable("workspaces").set(changes).where("id", "=", workspaceId).execute();
}

export async function deleteWorkspaceRow(transaction: Kysely<Tables>, workspaceId: string): Promise<void> {
  await transaction.deleteFrom("workspaces").where("id", "=", workspaceId).execute();
}

/** What is not active gives its members nothing; see `access-repository.ts`. */
export function isOpen({ status, archived_at, expires_at }: WorkspaceRow, now: Date): boolean {
  return (status ?? "active") === "active" && archived_at === null && (expires_at === null || expires_at > now);
}
