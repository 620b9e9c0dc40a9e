import { conflict } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { Access } from "../access/open-access.ts";
import type { Place } from "./forget-place.ts";

const mostPlaces = 100;

/**
 * Throws where somebody has founded as many teams or workspaces as one person may: each of them is looked at whenever it
 * is decided what its members may do. Who founds two at the same moment waits for themselves.
 */
export async function requireRoom(
  { transaction, access }: { readonly transaction: Kysely<Tables>; readonly access: Access },
  type: Place["type"],
  userId: string,
): Promise<void> {
  if (access.decide("admin", { type }).allowed) return;
  await transaction.selectFrom("users").select("id").where("id", "=", userId).forNoKeyUpdate().execute();
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${sql.table(`${type}s`)} where created_by = ${userId}`.execute(transaction);
  if ((rows[0]?.count ?? 0) < mostPlaces) return;
  throw conflict(`${type}.too_many`, `Nobody founds more than ${mostPlaces} ${type}s, those in the archive included`);
}
