import type { teams } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, sql } from "kysely";
import { createOwnSchemaCheck } from "../identity/own-schema.ts";

interface Membership {
  readonly teamId: string;
  readonly userId: string;
}

export function selectMembers(kysely: Kysely<Tables>, teamId: string) {
  return kysely
    .selectFrom("team_members")
    .innerJoin("users", "users.id", "team_members.user_id")
    .select([
      "users.id",
      "users.email",
      "users.name",
      "team_members.team_role",
      "team_members.joined_at",
      "team_members.invited_by",
    ])
    .where("team_members.team_id", "=", teamId);
}

type MemberRow = Awaited<ReturnType<ReturnType<typeof selectMembers>["execute"]>>[number];

export function rowToMember({ id, email, name, team_role, joined_at, invited_by }: MemberRow): teams.TeamMember {
  return { user_id: id, email, name, team_role, joined_at: joined_at?.toISOString() ?? null, invited_by };
}

export async function findMember(
  kysely: Kysely<Tables>,
  { teamId, userId }: Membership,
): Promise<teams.TeamMember | undefined> {
  const row = await selectMembers(kysely, teamId).where("users.id", "=", userId).executeTakeFirst();
  return row === undefined ? undefined : rowToMember(row);
}

/** False when the person is a member already. */
export async function insertMember(
  transaction: Kysely<Tables>,
  member: Insertable<Tables["team_members"]>,
): Promise<boolean> {
  const inserted = await transaction
    .insertInto("team_members")
    .values(member)
    .onConflict((conflict) => conflict.doNothing())
    .returning("user_id")
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function setTeamRole(
  transaction: Kysely<Tables>,
  { teamId, userId, teamRole }: Membership & { readonly teamRole: teams.TeamRole },
): Promise<void> {
  await transaction
    .updateTable("team_members")
    .set({ team_role: teamRole })
    .where("team_id", "=", teamId)
    .where("user_id", "=", userId)
    .execute();
}

export async function deleteMember(transaction: Kysely<Tables>, { teamId, userId }: Membership): Promise<void> {
  await transaction.deleteFrom("team_members").where("team_id", "=", teamId).where("user_id", "=", userId).execute();
}

export async function findOwners(kysely: Kysely<Tables>, teamId: string): Promise<string[]> {
  const rows = await kysely
    .selectFrom("team_members")
    .select("user_id")
    .where("team_id", "=", teamId)
    .where("team_role", "=", "owner")
    .execute();
  return rows.map((row) => row.user_id);
}

/** Owners who may sign in: a team whose only owner is switched off, banned or deleted has nobody. */
export async function countActiveOwners(kysely: Kysely<Tables>, teamId: string, now: Date): Promise<number> {
  const isBanned = sql<boolean>`exists (
    select from auth.users as account
    where account.id = users.id and (account.deleted_at is not null or account.banned_until > ${now})
  )`;
  const hasAccounts = await createOwnSchemaCheck(kysely)();
  const row = await kysely
    .selectFrom("team_members")
    .innerJoin("users", "users.id", "team_members.user_id")
    .select(sql<number>`count(*)::integer`.as("count"))
    .where("team_members.team_id", "=", teamId)
    .where("team_members.team_role", "=", "owner")
    .where(sql<boolean>`users.is_active is not false`)
    .$if(hasAccounts, (query) => query.where(sql<boolean>`not ${isBanned}`))
    .executeTakeFirstOrThrow();
  return row.count;
}
