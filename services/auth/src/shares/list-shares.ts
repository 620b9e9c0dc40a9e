import { type InputOf, type OutputOf, type shares, userIdOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { isWithAsker, selectSeenShares } from "./select-seen-shares.ts";
import { rowToShare } from "./share-repository.ts";

export async function listShares(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Context,
  { limit, cursor, direction, resource_type, resource_id }: InputOf<typeof shares.listShares>,
): Promise<OutputOf<typeof shares.listShares>> {
  const before = readCursor(z.guid(), cursor);
  const access = await openAccess(deps, principal);
  const found = await selectSeenShares(deps.kysely, access)
    .$if(direction === "by_me", (query) => query.where("shared_by", "=", userIdOf(principal)))
    .$if(direction === "with_me", (query) => query.where(isWithAsker(access)))
    .$if(resource_type !== undefined, (query) => query.where("resource_type", "=", resource_type ?? ""))
    .$if(resource_id !== undefined, (query) => query.where("resource_id", "=", resource_id ?? ""))
    .$if(before !== null, (query) => query.where(isOlder(before)))
    .orderBy(madeAt, "desc")
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ id }) => id);
  return { shares: rows.map(rowToShare), next_cursor };
}

const madeAt = sql<Date>`coalesce(created_at, '-infinity')`;

/** Shares that were taken back keep their rows, so that the one of the cursor is still there. */
function isOlder(id: string | null) {
  return sql<boolean>`(${madeAt}, id) < (
    select coalesce(last.created_at, '-infinity'), last.id from shared_resources as last where last.id = ${id}
  )`;
}
