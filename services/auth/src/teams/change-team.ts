import type { InputOf, teams } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { pickChanges } from "../members/pick-changes.ts";
import { showTeam } from "./get-team.ts";
import { checkMove } from "./check-move.ts";
import { requireAuthority, requireOwnership } from "./team-access.ts";
import { lockTeam, readMetadata, updateTeam } from "./team-repository.ts";
import { findConcernedUsers, findTeamsAbove, findTeamsBelow, lockTeamTree } from "./team-tree-repository.ts";

export async function changeTeam(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { team_id: teamId, ...wish }: InputOf<typeof teams.changeTeam>,
): Promise<teams.Team> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const reshapes = wish.parent_team_id !== undefined || wish.is_active !== undefined;
    if (reshapes) await lockTeamTree(transaction);
    const { metadata, ...team } = await lockTeam(transaction, teamId);
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    requireAuthority(access, teamId);
    const stored = { ...team, is_active: team.is_active !== false, metadata: readMetadata(metadata) };
    const { before, after } = pickChanges(stored, wish);
    if (after.parent_team_id !== undefined || after.is_active !== undefined) requireOwnership(access, teamId);
    if (after.parent_team_id !== undefined) {
      await checkMove(transaction, access, { teamId, from: team.parent_team_id, to: after.parent_team_id });
    }
    if (Object.keys(after).length > 0) {
      const concerned = reshapes ? await findConcerned(transaction, teamId, after.parent_team_id) : [];
      const { metadata: newMetadata, ...plain } = after;
      await updateTeam(transaction, teamId, {
        ...plain,
        ...(newMetadata === undefined ? {} : { metadata: JSON.stringify(newMetadata) }),
        updated_at: moment,
      });
      const target = { type: "team", id: teamId };
      await appendAuditEntry(transaction, context, { action: "team.changed", target, teamId, before, after }, moment);
      await announceAccessChange(transaction, { userIds: concerned, requestId: context.requestId, now: moment });
    }
    return showTeam({ kysely: transaction, access }, context, teamId);
  });
}

async function findConcerned(
  transaction: Kysely<Tables>,
  teamId: string,
  newParentId: string | null | undefined,
): Promise<string[]> {
  const below = (await findTeamsBelow(transaction, teamId)).map(({ id }) => id);
  const above = await findTeamsAbove(transaction, teamId);
  const newAbove = typeof newParentId === "string" ? await findTeamsAbove(transaction, newParentId) : [];
  return findConcernedUsers(transaction, { below, above: [...above, ...newAbove] });
}
