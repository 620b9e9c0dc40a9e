import { sql } from "kysely";
import type { AuthDeps } from "../deps.ts";
import type { User } from "./user-repository.ts";

/**
 * The local row of a token's subject, made at first sight with the same id; `null` for a user who was switched off.
 *
 * An address that another row has already is not taken as proof that both are one person: whoever may sign up in the
 * project with any address would become that user. Such a newcomer gets a row with an address of its own.
 */
export async function ensureTokenUser(
  { kysely, log }: Pick<AuthDeps, "kysely" | "log">,
  subject: { readonly id: string; readonly email: string | undefined },
): Promise<User | null> {
  const known = await findUser(kysely, subject.id);
  if (known !== undefined) return known.isActive ? known : null;
  const ownAddress = `${subject.id}@gaia.local`;
  const wanted = subject.email?.trim().toLowerCase() || ownAddress;
  await insertRow(kysely, subject.id, wanted);
  const made = await findUser(kysely, subject.id);
  if (made !== undefined) return made;
  log.warn({ service: "auth", userId: subject.id }, "a new user's address belongs to another user already");
  await insertRow(kysely, subject.id, ownAddress);
  return (await findUser(kysely, subject.id)) ?? null;
}

async function findUser(
  kysely: AuthDeps["kysely"],
  id: string,
): Promise<(User & { readonly isActive: boolean }) | undefined> {
  return kysely
    .selectFrom("users")
    .select(["id", "email", sql<boolean>`coalesce(is_active, true)`.as("isActive")])
    .where("id", "=", id)
    .executeTakeFirst();
}

async function insertRow(kysely: AuthDeps["kysely"], id: string, email: string): Promise<void> {
  await kysely
    .insertInto("users")
    .values({ id, email })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
