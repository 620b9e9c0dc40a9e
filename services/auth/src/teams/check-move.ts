import { conflict, forbidden } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import type { Access } from "../access/open-access.ts";
import { tooDeep } from "./create-team.ts";
import { requireAuthority, teamResource } from "./team-access.ts";
import { findTeamsAbove, findTeamsBelow, maximumDepth } from "./team-tree-repository.ts";

interface Move {
  readonly teamId: string;
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Who moves a team manages the one that it leaves and the one that it comes to lie below; no team lies below itself,
 * nor too deep. The tree must be held.
 */
export async function checkMove(
  transaction: Kysely<Tables>,
  access: Access,
  { teamId, from, to }: Move,
): Promise<void> {
  if (from !== null && !access.decide("admin", teamResource(from)).allowed) throw forbidden("team:admin");
  if (to === null) return;
  requireAuthority(access, to);
  const below = await findTeamsBelow(transaction, teamId);
  if (below.some(({ id }) => id === to)) throw conflict("team.loop", "A team cannot lie below itself");
  const height = Math.max(...below.map(({ level }) => level));
  const above = await findTeamsAbove(transaction, to);
  if (above.length + 1 + height > maximumDepth) throw tooDeep();
}
