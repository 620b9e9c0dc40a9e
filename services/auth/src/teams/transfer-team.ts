import { type InputOf, notFound, type teams, userIdOf } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { showTeam } from "./get-team.ts";
import { keepAnOwner } from "./keep-an-owner.ts";
import { requireOwnership } from "./team-access.ts";
import { findMember, findOwners, setTeamRole } from "./team-member-repository.ts";
import { lockTeam } from "./team-repository.ts";

/**
 * An owner hands on their own part and stays as an admin, beside other owners. Who disposes of the team without being its
 * owner, from above or as an administrator, puts the new owner in the place of all others.
 */
export async function transferTeam(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { team_id: teamId, user_id: userId }: InputOf<typeof teams.transferTeam>,
): Promise<teams.Team> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    await lockTeam(transaction, teamId);
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    requireOwnership(access, teamId);
    const heir = await findMember(transaction, { teamId, userId });
    if (heir === undefined) throw notFound("member", userId);
    const owners = await findOwners(transaction, teamId);
    const former = owners.filter((id) => id !== userId && isReplaced(id, owners, userIdOf(context.principal)));
    for (const id of former) await setTeamRole(transaction, { teamId, userId: id, teamRole: "admin" });
    await setTeamRole(transaction, { teamId, userId, teamRole: "owner" });
    await keepAnOwner(transaction, teamId, moment);
    const target = { type: "team", id: teamId };
    const change = { before: { owners }, after: { owners: await findOwners(transaction, teamId) } };
    const entry = { action: "team.transferred", target, teamId, targetUserId: userId, ...change } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    const userIds = [...former, userId];
    await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: moment });
    return showTeam({ kysely: transaction, access }, context, teamId);
  });
}

function isReplaced(ownerId: string, owners: readonly string[], callerId: string | null): boolean {
  return callerId !== null && owners.includes(callerId) ? ownerId === callerId : true;
}
