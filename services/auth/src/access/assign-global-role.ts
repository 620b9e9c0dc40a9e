import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";

/** Gives a user a role everywhere and for good; one that is held already stays as it is. */
export async function assignGlobalRole(
  transaction: Kysely<Tables>,
  { userId, roleName }: { readonly userId: string; readonly roleName: string },
): Promise<void> {
  await transaction
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
    .execute();
}
