import { type InputOf, notFound, type teams, userIdOf } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { keepAnOwner } from "./keep-an-owner.ts";
import { ownersOnly, requireAuthority } from "./team-access.ts";
import { deleteMember, findMember } from "./team-member-repository.ts";
import { lockTeam } from "./team-repository.ts";

/** Everybody may leave, also a team that is switched off; but not the last owner. */
export async function removeTeamMember(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { team_id: teamId, user_id: userId }: InputOf<typeof teams.removeTeamMember>,
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    await lockTeam(transaction, teamId);
    const member = await findMember(transaction, { teamId, userId });
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const isLeaving = userIdOf(context.principal) === userId;
    if (isLeaving && member !== undefined) access.require("write", { type: "account", ownerId: userId });
    else if (requireAuthority(access, teamId) !== "owner" && member?.team_role === "owner") throw ownersOnly();
    if (member === undefined) throw notFound("member", userId);
    await deleteMember(transaction, { teamId, userId });
    if (member.team_role === "owner") await keepAnOwner(transaction, teamId, moment);
    const before = { team_role: member.team_role };
    const target = { type: "team", id: teamId };
    const entry = { action: "team.member_removed", target, teamId, targetUserId: userId, before } as const;
    await appendAuditEntry(transaction, context, { ...entry, details: { left: isLeaving } }, moment);
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
  });
}
