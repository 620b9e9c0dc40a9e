import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";

/** Gives a user a role everywhere and for good; answers its id, or `null` where it is held already. */
export async function assignGlobalRole(
  transaction: Kysely<Tables>,
  { userId, roleName }: { readonly userId: string; readonly roleName: string },
): Promise<string | null> {
  const given = await transaction
    .insertInto("user_roles")
    .columns(["user_id", "role_id", "context_type", "context_id"])
    .expression((build) =>
      build
        .selectFrom("roles")
        .select((columns) => [
          columns.val(userId).as("user_id"),
          "roles.id",
          columns.val("global").as("context_type"),
          columns.val("global").as("context_id"),
        ])
        .where("roles.name", "=", roleName),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning("role_id")
    .executeTakeFirst();
  return given?.role_id ?? null;
}
