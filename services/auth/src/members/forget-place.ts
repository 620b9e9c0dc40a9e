import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";

export interface Place {
  readonly type: "team" | "workspace";
  readonly id: string;
}

/** Removes what means something only as long as there is the team or workspace: what was given in it, and to it. */
export async function forgetPlace(transaction: Kysely<Tables>, { type, id }: Place): Promise<void> {
  for (const table of ["user_roles", "user_permissions"] as const) {
    await transaction
      .deleteFrom(table)
      .where("context_type", "=", type)
      .where(sql`lower(context_id)`, "=", id)
      .execute();
  }
  await transaction
    .deleteFrom("resource_permissions")
    .where("principal_type", "=", type)
    .where(sql`lower(principal_id)`, "=", id)
    .execute();
  await transaction
    .updateTable("shared_resources")
    .set({ is_active: false })
    .where(sql`metadata ->> 'shared_with_type'`, "=", type)
    .where(sql`lower(metadata ->> 'shared_with_id')`, "=", id)
    .execute();
}
