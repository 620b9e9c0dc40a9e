import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { User } from "../users/user-repository.ts";
import type { Access } from "./open-access.ts";
import type { Administration } from "./require-administration.ts";

/** Who is meant, by id or by address. */
export type UserName = { readonly id: string } | { readonly email: string };

/** Somebody whom the asker administers: anybody, or the members of the teams and workspaces that are theirs. */
export async function findReachedUser(
  { kysely, access }: { readonly kysely: Kysely<Tables>; readonly access: Access },
  action: Administration,
  name: UserName,
): Promise<User | undefined> {
  const question = { type: "admin", action };
  return kysely
    .selectFrom("users")
    .select(["users.id", "users.email"])
    .where((where) => ("id" in name ? where("users.id", "=", name.id) : isAddress(name.email)))
    .where((where) =>
      where.or([
        access.filter(question, {}),
        where.exists(
          where
            .selectFrom("team_members")
            .select("team_id")
            .whereRef("user_id", "=", "users.id")
            .where(access.filter(question, { teamId: sql.ref<string>("team_members.team_id") })),
        ),
        where.exists(
          where
            .selectFrom("workspace_members")
            .select("workspace_id")
            .whereRef("user_id", "=", "users.id")
            .where(access.filter(question, { workspaceId: sql.ref<string>("workspace_members.workspace_id") })),
        ),
      ]),
    )
    .orderBy(sql`users.email = ${"email" in name ? name.email : ""}`, "desc")
    .orderBy("users.email")
    .executeTakeFirst();
}

function isAddress(email: string) {
  return sql<boolean>`lower(users.email) = ${email.trim().toLowerCase()}`;
}
