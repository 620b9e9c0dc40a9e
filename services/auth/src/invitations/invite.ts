import { conflict, type invitations, type teams, userIdOf } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { postMail } from "../mail/post-mail.ts";
import { auditedAt } from "../members/audited-at.ts";
import type { Place } from "../members/forget-place.ts";
import { ownersOnly } from "../teams/team-access.ts";
import { findUsableUser } from "../users/user-repository.ts";
import { countPending, insertInvitation, rowToInvitation, withdrawPending } from "./invitation-repository.ts";
import { createInvitationToken, hashInvitationToken } from "./invitation-token.ts";
import { limitInvitations } from "./limit-invitations.ts";
import { lockPlace, refuseMember } from "./lock-place.ts";
import { writeInvitationMail } from "./write-invitation-mail.ts";

const lifetimeMs = 7 * 24 * 3_600_000;
const maximumPending = 100;

type Deps = Pick<AuthDeps, "kysely" | "now" | "limits" | "mailer" | "background" | "siteUrl">;

interface Wish {
  readonly place: Place;
  readonly email: string;
  /** None in a workspace. */
  readonly teamRole: teams.TeamRole | null;
}

/** Whether the address has an account or not, the answer and the mail are the same. */
export async function invite(deps: Deps, context: Context, wish: Wish): Promise<invitations.Invitation> {
  const { kysely, now } = deps;
  const { email, teamRole } = wish;
  const moment = now();
  const token = createInvitationToken();
  const { invitation, mail } = await kysely.transaction().execute(async (transaction) => {
    const place = await lockPlace(transaction, wish.place, moment);
    const authority = place.requireAuthority(await openAccess({ kysely: transaction, now }, context.principal));
    if (teamRole === "owner" && authority !== "owner") throw ownersOnly();
    if (!place.isOpen) throw conflict(`${place.type}.closed`, `The ${place.type} is closed`);
    await refuseMember(transaction, place, email);
    const inviterId = userIdOf(context.principal);
    await limitInvitations(deps, { place, email, inviter: inviterId ?? "service" });
    const replaced = await withdrawPending(transaction, { place, email, now: moment });
    if ((await countPending(transaction, place, moment)) >= maximumPending) {
      throw conflict("invitation.too_many", `No more than ${maximumPending} invitations wait for an answer at a time`);
    }
    const row = await insertInvitation(transaction, {
      ...(place.type === "team" ? { team_id: place.id } : { workspace_id: place.id }),
      email,
      team_role: teamRole,
      token_hash: hashInvitationToken(token),
      invited_by: inviterId,
      created_at: moment,
      expires_at: new Date(moment.getTime() + lifetimeMs),
    });
    // No address: the trail could not forget it, and the invitation knows it.
    const after = { team_role: teamRole };
    const details = { replaced: replaced.map(({ id }) => id) };
    const target = { type: "invitation", id: row.id };
    const entry = { action: "invitation.sent", target, ...auditedAt(place), after, details } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    const inviter = inviterId === null ? undefined : await findUsableUser(transaction, inviterId);
    const mail = writeInvitationMail({ to: email, siteUrl: deps.siteUrl, token, place, inviter });
    return { invitation: rowToInvitation(row), mail };
  });
  postMail(deps, mail);
  return invitation;
}
