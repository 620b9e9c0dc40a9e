import { notFound, teams } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from "kysely";
import type { Access } from "../access/open-access.ts";

export type TeamRow = Selectable<Tables["teams"]>;

/** Rows as the person who asks may see them, their parents included. */
export function selectTeams(kysely: Kysely<Tables>, access: Access, userId: string | null) {
  const parent = access.filter(
    { action: "read", type: "team" },
    { id: sql.ref("parent.id"), teamId: sql.ref("parent.id") },
  );
  return kysely
    .selectFrom("teams")
    .leftJoin("teams as parent", (join) => join.onRef("parent.id", "=", "teams.parent_team_id").on(parent))
    .selectAll("teams")
    .select([
      "parent.id as parentId",
      "parent.name as parentName",
      "parent.display_name as parentDisplayName",
      sql<number>`(select count(*) from team_members where team_id = teams.id)::integer`.as("memberCount"),
      sql<string | null>`(
        select team_role from team_members where team_id = teams.id and user_id = ${userId}
      )`.as("ownRole"),
    ]);
}

type SeenTeam = Awaited<ReturnType<ReturnType<typeof selectTeams>["execute"]>>[number];

export function rowToTeam(row: SeenTeam): teams.Team {
  const { parentId, parentName, parentDisplayName } = row;
  const parent =
    parentId === null || parentName === null || parentDisplayName === null
      ? null
      : { id: parentId, name: parentName, display_name: parentDisplayName };
  return {
    id: row.id,
    name: row.name,
    display_name: row.display_name,
    description: row.description,
    parent_team_id: row.parent_team_id,
    parent,
    is_active: row.is_active !== false,
    metadata: readMetadata(row.metadata),
    own_role: row.ownRole,
    member_count: row.memberCount,
    created_by: row.created_by,
    created_at: row.created_at?.toISOString() ?? null,
    updated_at: row.updated_at?.toISOString() ?? null,
  };
}

/** What a JSON column holds, where it should be an object. */
export function readMetadata(stored: unknown): Record<string, unknown> {
  const parsed = teams.Team.shape.metadata.safeParse(stored);
  return parsed.success ? parsed.data : {};
}

/** Answers nothing when the name is taken. */
export async function insertTeam(
  transaction: Kysely<Tables>,
  team: Insertable<Tables["teams"]>,
): Promise<TeamRow | undefined> {
  return transaction
    .insertInto("teams")
    .values(team)
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** For who may see every team, also those that there are not. */
export async function requireTeam(kysely: Kysely<Tables>, teamId: string): Promise<void> {
  const row = await kysely.selectFrom("teams").select("id").where("id", "=", teamId).executeTakeFirst();
  if (row === undefined) throw notFound("team", teamId);
}

/** Whoever changes a team or its members holds its row, so that they come one after the other. */
export async function lockTeam(transaction: Kysely<Tables>, teamId: string): Promise<TeamRow> {
  const row = await transaction.selectFrom("teams").selectAll().where("id", "=", teamId).forUpdate().executeTakeFirst();
  if (row === undefined) throw notFound("team", teamId);
  return row;
}

export async function updateTeam(
  transaction: Kysely<Tables>,
  teamId: string,
  changes: Updateable<Tables["teams"]>,
): Promise<void> {
  await transaction.updateTable("teams").set(changes).where("id", "=", teamId).execute();
}

export async function deleteTeamRow(transaction: Kysely<Tables>, teamId: string): Promise<void> {
  await transaction.deleteFrom("teams").where("id", "=", teamId).execute();
}
