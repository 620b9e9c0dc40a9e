import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";

export interface User {
  readonly id: string;
  readonly email: string;
}

export interface ListedUser extends User {
  readonly name: string | null;
  readonly isActive: boolean;
  readonly createdAt: Date | null;
}

type UserTable = Kysely<Tables>;

/** However the address is written; an account whose address is written exactly so comes first. */
export async function findUserByEmail(kysely: UserTable, email: string): Promise<User | undefined> {
  return kysely
    .selectFrom("users")
    .select(["id", "email"])
    .where(sql`lower(email)`, "=", email.trim().toLowerCase())
    .orderBy(sql`email = ${email}`, "desc")
    .orderBy("email")
    .executeTakeFirst();
}

/** Whoever has an account that was not switched off. */
export async function findUsableUser(
  kysely: UserTable,
  id: string,
): Promise<(User & Pick<ListedUser, "name">) | undefined> {
  return kysely
    .selectFrom("users")
    .select(["id", "email", "name"])
    .where("id", "=", id)
    .where(sql<boolean>`is_active is not false`)
    .executeTakeFirst();
}

/** Answers nothing when the address is taken. */
export async function insertUser(
  kysely: UserTable,
  user: { readonly email: string; readonly name: string | null },
): Promise<User | undefined> {
  return kysely
    .insertInto("users")
    .values(user)
    .onConflict((conflict) => conflict.column("email").doNothing())
    .returning(["id", "email"])
    .executeTakeFirst();
}

export async function listUsers(kysely: UserTable): Promise<ListedUser[]> {
  return kysely
    .selectFrom("users")
    .select(["id", "email", "name", sql<boolean>`coalesce(is_active, true)`.as("isActive"), "created_at as createdAt"])
    .orderBy("created_at")
    .orderBy("email")
    .execute();
}
