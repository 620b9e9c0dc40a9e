import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../../access/announce-access-change.ts";
import type { Change } from "../audit-account.ts";

/** The address in `public.users`, which principals carry; where another row has it, ours keeps the one it had. */
export async function changePublicEmail(
  transaction: Kysely<Tables>,
  id: string,
  { email, auditor, now }: Change & { readonly email: string },
): Promise<void> {
  await transaction
    .updateTable("users")
    .set({ email })
    .where("id", "=", id)
    .where((where) =>
      where.not(where.exists(where.selectFrom("users as other").select("other.id").where("other.email", "=", email))),
    )
    .execute();
  await announceAccessChange(transaction, { userIds: [id], requestId: auditor.requestId, now });
}
