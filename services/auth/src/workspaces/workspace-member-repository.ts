import type { workspaces } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, sql } from "kysely";
import { ownerColumn } from "./workspace-repository.ts";

interface Membership {
  readonly workspaceId: string;
  readonly userId: string;
}

export function selectMembers(kysely: Kysely<Tables>, workspaceId: string) {
  return kysely
    .selectFrom("workspace_members")
    .innerJoin("users", "users.id", "workspace_members.user_id")
    .innerJoin("workspaces", "workspaces.id", "workspace_members.workspace_id")
    .select([
      "users.id",
      "users.email",
      "users.name",
      "workspace_members.joined_at",
      "workspace_members.invited_by",
      sql<boolean>`coalesce(users.id = ${ownerColumn}, false)`.as("isOwner"),
    ])
    .where("workspaces.id", "=", workspaceId);
}

type MemberRow = Awaited<ReturnType<ReturnType<typeof selectMembers>["execute"]>>[number];

export function rowToMember({
  id,
  email,
  name,
  isOwner,
  joined_at,
  invited_by,
}: MemberRow): workspaces.WorkspaceMember {
  return { user_id: id, email, name, is_owner: isOwner, joined_at: joined_at?.toISOString() ?? null, invited_by };
}

export async function findMember(
  kysely: Kysely<Tables>,
  { workspaceId, userId }: Membership,
): Promise<workspaces.WorkspaceMember | undefined> {
  const row = await selectMembers(kysely, workspaceId).where("users.id", "=", userId).executeTakeFirst();
  return row === undefined ? undefined : rowToMember(row);
}

/** False when the person is a member already. */
export async function insertMember(
  transaction: Kysely<Tables>,
  member: Insertable<Tables["workspace_members"]>,
): Promise<boolean> {
  const inserted = await transaction
    .insertInto("workspace_members")
    .values(member)
    .onConflict((conflict) => conflict.doNothing())
    .returning("user_id")
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function deleteMember(transaction: Kysely<Tables>, { workspaceId, userId }: Membership): Promise<void> {
  await transaction
    .deleteFrom("workspace_members")
    .where("workspace_id", "=", workspaceId)
    .where("user_id", "=", userId)
    .execute();
}
