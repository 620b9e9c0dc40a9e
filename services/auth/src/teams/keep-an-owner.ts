import { conflict } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { countActiveOwners } from "./team-member-repository.ts";

/** Refuses, and so undoes, what has left a team without anybody who owns it. The team's row must be held. */
export async function keepAnOwner(transaction: Kysely<Tables>, teamId: string, now: Date): Promise<void> {
  if ((await countActiveOwners(transaction, teamId, now)) > 0) return;
  throw conflict("team.last_owner", "A team keeps at least one owner; hand it over first");
}
