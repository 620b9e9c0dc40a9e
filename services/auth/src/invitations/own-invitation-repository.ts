import type { invitations } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import { rowToInvitation } from "./invitation-repository.ts";

/** With the names that the invited person sees. */
export function selectOwnInvitations(kysely: Kysely<Tables>, email: string) {
  return kysely
    .selectFrom("invitations")
    .leftJoin("teams", "teams.id", "invitations.team_id")
    .leftJoin("workspaces", "workspaces.id", "invitations.workspace_id")
    .leftJoin("users", "users.id", "invitations.invited_by")
    .selectAll("invitations")
    .select([
      sql<"team" | "workspace">`case when teams.id is null then 'workspace' else 'team' end`.as("placeType"),
      sql<string>`coalesce(teams.id, workspaces.id)`.as("placeId"),
      sql<string>`coalesce(teams.name, workspaces.name)`.as("placeName"),
      sql<string>`coalesce(teams.display_name, workspaces.display_name)`.as("placeDisplayName"),
      "users.name as inviterName",
      "users.email as inviterEmail",
    ])
    .where("invitations.email", "=", email);
}

type OwnRow = Awaited<ReturnType<ReturnType<typeof selectOwnInvitations>["execute"]>>[number];

export function rowToOwnInvitation(row: OwnRow): invitations.OwnInvitation {
  const { placeType, placeId, placeName, placeDisplayName, inviterName, inviterEmail } = row;
  return {
    ...rowToInvitation(row),
    place: { type: placeType, id: placeId, name: placeName, display_name: placeDisplayName },
    inviter: inviterEmail === null ? null : { name: inviterName, email: inviterEmail },
  };
}

/** Whether there is still something to join; see `isOpen` of workspaces. */
export function leadsSomewhere(now: Date) {
  return sql<boolean>`(
    teams.id is not null and teams.is_active is not false
    or workspaces.id is not null and coalesce(workspaces.status, 'active') = 'active'
      and workspaces.archived_at is null and (workspaces.expires_at is null or workspaces.expires_at > ${now})
  )`;
}
