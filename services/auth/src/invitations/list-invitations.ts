import type { invitations } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { sql } from "kysely";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import type { Place } from "../members/forget-place.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { columnOf, rowToInvitation, selectPending } from "./invitation-repository.ts";
import { requirePlaceAuthority } from "./require-place-authority.ts";

interface Query {
  readonly place: Place;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface ListedInvitations {
  readonly invitations: invitations.Invitation[];
  readonly next_cursor: string | null;
}

/** For who manages the place. */
export async function listInvitations(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Context,
  { place, limit, cursor }: Query,
): Promise<ListedInvitations> {
  const before = readCursor(z.guid(), cursor);
  await requirePlaceAuthority(deps.kysely, await openAccess(deps, principal), place);
  const found = await selectPending(deps.kysely, deps.now())
    .selectAll("invitations")
    .where(columnOf(place), "=", place.id)
    .$if(before !== null, (query) => query.where(isOlder(before)))
    .orderBy("invitations.created_at", "desc")
    .orderBy("invitations.id", "desc")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ id }) => id);
  return { invitations: rows.map(rowToInvitation), next_cursor };
}

/** Invitations are never removed on their own, so that the one of the cursor is still there. */
export function isOlder(id: string | null) {
  return sql<boolean>`(invitations.created_at, invitations.id)
    < (select last.created_at, last.id from invitations as last where last.id = ${id})`;
}
