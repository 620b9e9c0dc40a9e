import { conflict, type InputOf, notFound, type teams, userIdOf } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findNewcomer, requireAddingUnasked } from "../members/find-newcomer.ts";
import { ownersOnly, requireAuthority } from "./team-access.ts";
import { findMember, insertMember } from "./team-member-repository.ts";
import { lockTeam } from "./team-repository.ts";

export async function addTeamMember(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { team_id: teamId, team_role, ...named }: InputOf<typeof teams.addTeamMember>,
): Promise<teams.TeamMember> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    await lockTeam(transaction, teamId);
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const authority = requireAuthority(access, teamId);
    requireAddingUnasked(access, "team");
    if (team_role === "owner" && authority !== "owner") throw ownersOnly();
    const userId = await findNewcomer(transaction, named);
    const facts = { team_id: teamId, user_id: userId, team_role, joined_at: moment };
    const isNew = await insertMember(transaction, { ...facts, invited_by: userIdOf(context.principal) });
    if (!isNew) throw conflict("team.member_exists", "This account is a member already");
    const target = { type: "team", id: teamId };
    const entry = { action: "team.member_added", target, teamId, targetUserId: userId, after: { team_role } } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
    const member = await findMember(transaction, { teamId, userId });
    if (member === undefined) throw notFound("member", userId);
    return member;
  });
}
