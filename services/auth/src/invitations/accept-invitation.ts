import { type invitations, isGaiaError, teams } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely, Selectable } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { type Access, openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { auditedAt } from "../members/audited-at.ts";
import { insertMember as insertTeamMember } from "../teams/team-member-repository.ts";
import { insertMember as insertWorkspaceMember } from "../workspaces/workspace-member-repository.ts";
import { findInvited } from "./find-invited.ts";
import { holdInvitation, over } from "./hold-invitation.ts";
import { type InvitationName, markAccepted } from "./invitation-repository.ts";
import type { LockedPlace } from "./lock-place.ts";
import { rowToOwnInvitation, selectOwnInvitations } from "./own-invitation-repository.ts";

/** Joins, once. Who is a member already stays what they are. */
export async function acceptInvitation(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  name: InvitationName,
): Promise<invitations.OwnInvitation> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const { userId, email } = await findInvited({ kysely: transaction, access }, context, "write");
    const { row, place } = await holdInvitation(transaction, name, { email, now: moment });
    if (!place.isOpen) throw over();
    await requireInviterStill({ kysely: transaction, now }, place, row);
    const isNew = await join(transaction, row, { userId, now: moment });
    await markAccepted(transaction, { id: row.id, userId, now: moment });
    const target = { type: "invitation", id: row.id };
    const accepted = { action: "invitation.accepted", target, targetUserId: userId, ...auditedAt(place) } as const;
    await appendAuditEntry(transaction, context, accepted, moment);
    if (isNew) {
      const added = {
        action: `${place.type}.member_added`,
        target: { type: place.type, id: place.id },
        targetUserId: userId,
        ...auditedAt(place),
        after: { team_role: row.team_role },
        details: { invitation_id: row.id },
      } as const;
      await appendAuditEntry(transaction, context, added, moment);
    }
    await announceAccessChange(transaction, { userIds: [userId], requestId: context.requestId, now: moment });
    const own = selectOwnInvitations(transaction, email).where("invitations.id", "=", row.id);
    return rowToOwnInvitation(await own.executeTakeFirstOrThrow());
  });
}

/** What somebody could do when they invited counts no more once they could not do it now. */
async function requireInviterStill(
  deps: Pick<AuthDeps, "kysely" | "now">,
  place: LockedPlace,
  { invited_by, team_role }: Selectable<Tables["invitations"]>,
): Promise<void> {
  // One of Gaia's services invited.
  if (invited_by === null) return;
  const inviter = await openAccess(deps, { kind: "user", userId: invited_by });
  if (!mayInvite(place, inviter, team_role)) throw over();
}

function mayInvite(place: LockedPlace, inviter: Access, teamRole: string | null): boolean {
  try {
    return place.requireAuthority(inviter) === "owner" || teamRole !== "owner";
  } catch (error) {
    if (isGaiaError(error) && (error.code === "FORBIDDEN" || error.code === "NOT_FOUND")) return false;
    throw error;
  }
}

async function join(
  transaction: Kysely<Tables>,
  { team_id, workspace_id, team_role, invited_by }: Selectable<Tables["invitations"]>,
  { userId, now }: { readonly userId: string; readonly now: Date },
): Promise<boolean> {
  const facts = { user_id: userId, joined_at: now, invited_by };
  if (team_id !== null) {
    const role = teams.TeamRole.parse(team_role ?? "member");
    return insertTeamMember(transaction, { ...facts, team_id, team_role: role });
  }
  return workspace_id !== null && insertWorkspaceMember(transaction, { ...facts, workspace_id });
}
