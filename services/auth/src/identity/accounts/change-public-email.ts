import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";

/** The address in `public.users`; where another row has it, ours keeps the one it had. */
export async function changePublicEmail(transaction: Kysely<Tables>, id: string, email: string): Promise<void> {
  await transaction
    .updateTable("users")
    .set({ email })
    .where("id", "=", id)
    .where((where) =>
      where.not(where.exists(where.selectFrom("users as other").select("other.id").where("other.email", "=", email))),
    )
    .execute();
}
