import { conflict, type InputOf, type teams } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { forgetPlace } from "../members/forget-place.ts";
import { requireOwnership } from "./team-access.ts";
import { deleteTeamRow, lockTeam } from "./team-repository.ts";
import { findConcernedUsers, findTeamsAbove, findTeamsBelow, lockTeamTree } from "./team-tree-repository.ts";

/** Teams below go first, one by one: nobody deletes a whole company by one mistake. */
export async function deleteTeam(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { team_id: teamId }: InputOf<typeof teams.deleteTeam>,
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    await lockTeamTree(transaction);
    const { name, display_name, description, parent_team_id } = await lockTeam(transaction, teamId);
    requireOwnership(await openAccess({ kysely: transaction, now }, context.principal), teamId);
    const below = await findTeamsBelow(transaction, teamId);
    if (below.length > 1) throw conflict("team.has_teams", "There are teams below this one");
    const above = await findTeamsAbove(transaction, teamId);
    const userIds = await findConcernedUsers(transaction, { below: [teamId], above });
    await forgetPlace(transaction, { type: "team", id: teamId });
    await deleteTeamRow(transaction, teamId);
    const before = { name, display_name, description, parent_team_id };
    const target = { type: "team", id: teamId };
    await appendAuditEntry(transaction, context, { action: "team.deleted", target, teamId, before }, moment);
    await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: moment });
  });
}
