import { access } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import { findRoleHolders } from "../roles/role-repository.ts";
import { findTeamsBelow } from "../teams/team-tree-repository.ts";
import type { ResourceGrantRow } from "./grant-repository.ts";

/** Whom a grant on a resource concerns; members of the teams below belong to the team as well. `null` for everybody. */
export async function findGrantees(
  kysely: Kysely<Tables>,
  { principal_type: type, principal_id }: Pick<ResourceGrantRow, "principal_type" | "principal_id">,
): Promise<readonly string[] | null> {
  if (type === "role") return findHolders(kysely, principal_id);
  const id = access.Id.safeParse(principal_id).data;
  // The column is free text; what is no id concerns nobody.
  if (id === undefined) return [];
  switch (type) {
    case "team": {
      const below = (await findTeamsBelow(kysely, id)).map((team) => team.id);
      const { rows } = await sql<{ userId: string }>`
        select distinct user_id as "userId" from team_members where team_id = any(${below}::uuid[])`.execute(kysely);
      return rows.map(({ userId }) => userId);
    }
    case "workspace": {
      const members = await kysely
        .selectFrom("workspace_members")
        .select("user_id")
        .where("workspace_id", "=", id)
        .execute();
      return members.map((member) => member.user_id);
    }
    default:
      return [id];
  }
}

async function findHolders(kysely: Kysely<Tables>, idOrName: string): Promise<readonly string[] | null> {
  const role = await kysely
    .selectFrom("roles")
    .select(["id", "name"])
    .where(sql<boolean>`(id::text = ${idOrName.toLowerCase()} or name = ${idOrName})`)
    .executeTakeFirst();
  return role === undefined ? [] : findRoleHolders(kysely, role);
}
