import { conflict } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { Change } from "../identity/audit-account.ts";
import { forgetPlace } from "../members/forget-place.ts";
import { countActiveOwners } from "../teams/team-member-repository.ts";

type Leaving = Change & { readonly userId: string };

/**
 * Ends somebody's memberships. Refused while a team would be left without an owner, or others are in a workspace of
 * theirs; a workspace with nobody else in it ends with them.
 */
export async function leavePlaces(transaction: Kysely<Tables>, leaving: Leaving): Promise<void> {
  await leaveTeams(transaction, leaving);
  await leaveWorkspaces(transaction, leaving);
}

async function leaveTeams(transaction: Kysely<Tables>, { userId, auditor, now }: Leaving): Promise<void> {
  // Held, so that of two owners who leave at the same moment one is the last.
  await transaction
    .selectFrom("teams")
    .select("id")
    .where("id", "in", (select) => select.selectFrom("team_members").select("team_id").where("user_id", "=", userId))
    .orderBy("id")
    .forUpdate()
    .execute();
  const left = await transaction
    .deleteFrom("team_members")
    .where("user_id", "=", userId)
    .returning(["team_id as teamId", "team_role as teamRole"])
    .execute();
  for (const { teamId, teamRole } of left) {
    const isLast = teamRole === "owner" && (await countActiveOwners(transaction, teamId, now)) === 0;
    if (isLast) throw conflict("account.last_owner", "A team has no other owner; hand it over or delete it first");
    const target = { type: "team", id: teamId };
    const before = { team_role: teamRole };
    await appendAuditEntry(transaction, auditor, { action: "team.member_removed", target, teamId, before }, now);
  }
}

async function leaveWorkspaces(transaction: Kysely<Tables>, { userId, auditor, now }: Leaving): Promise<void> {
  const owned = await transaction
    .selectFrom("workspaces")
    .select("id")
    .where(sql`coalesce(owner_id, created_by)`, "=", userId)
    .orderBy("id")
    .forUpdate()
    .execute();
  const left = await transaction
    .deleteFrom("workspace_members")
    .where("user_id", "=", userId)
    .returning("workspace_id as workspaceId")
    .execute();
  for (const { workspaceId } of left) {
    const target = { type: "workspace", id: workspaceId };
    await appendAuditEntry(transaction, auditor, { action: "workspace.member_removed", target, workspaceId }, now);
  }
  for (const { id: workspaceId } of owned) {
    if (await hasMembers(transaction, workspaceId)) {
      throw conflict("account.last_owner", "Others are in a workspace of yours; hand it over or delete it first");
    }
    await forgetPlace(transaction, { type: "workspace", id: workspaceId });
    await transaction.deleteFrom("workspaces").where("id", "=", workspaceId).execute();
    const target = { type: "workspace", id: workspaceId };
    await appendAuditEntry(transaction, auditor, { action: "workspace.deleted", target, workspaceId }, now);
  }
}

async function hasMembers(transaction: Kysely<Tables>, workspaceId: string): Promise<boolean> {
  const member = await transaction
    .selectFrom("workspace_members")
    .select("user_id")
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  return member !== undefined;
}
