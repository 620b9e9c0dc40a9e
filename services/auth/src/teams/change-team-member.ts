import { type InputOf, notFound, type teams } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { keepAnOwner } from "./keep-an-owner.ts";
import { ownersOnly, requireAuthority } from "./team-access.ts";
import { findMember, setTeamRole } from "./team-member-repository.ts";
import { lockTeam } from "./team-repository.ts";

/** Nobody gives more than they have themselves, and only owners make and unmake owners. */
export async function changeTeamMember(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { team_id: teamId, user_id: userId, team_role: teamRole }: InputOf<typeof teams.changeTeamMember>,
): Promise<teams.TeamMember> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    await lockTeam(transaction, teamId);
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const authority = requireAuthority(access, teamId);
    const member = await findMember(transaction, { teamId, userId });
    if (member === undefined) throw notFound("member", userId);
    const { team_role: formerRole } = member;
    if (formerRole === teamRole) return member;
    if (authority !== "owner" && (formerRole === "owner" || teamRole === "owner")) throw ownersOnly();
    await setTeamRole(transaction, { teamId, userId, teamRole });
    if (formerRole === "owner") await keepAnOwner(transaction, teamId, moment);
    const change = { before: { team_role: formerRole }, after: { team_role: teamRole } };
    const target = { type: "team", id: teamId };
    const entry = { action: "team.member_changed", target, teamId, targetUserId: userId, ...change } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
    return { ...member, team_role: teamRole };
  });
}
