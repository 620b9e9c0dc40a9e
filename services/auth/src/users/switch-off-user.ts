import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";

/** Nobody gets in as this person any more, neither by key nor by token; the address is free again. */
export async function switchOffUser(transaction: Kysely<Tables>, id: string): Promise<void> {
  await transaction
    .updateTable("users")
    .set({ is_active: false, email: `${id}@gaia.local`, name: null })
    .where("id", "=", id)
    .execute();
}
