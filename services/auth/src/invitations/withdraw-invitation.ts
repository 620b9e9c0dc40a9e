import { notFound } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { auditedAt } from "../members/audited-at.ts";
import type { Place } from "../members/forget-place.ts";
import { withdrawPending } from "./invitation-repository.ts";
import { lockPlace } from "./lock-place.ts";

/** For who manages the place. What was accepted or is over cannot be taken back. */
export async function withdrawInvitation(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { place: named, id }: { readonly place: Place; readonly id: string },
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    const place = await lockPlace(transaction, named, moment);
    place.requireAuthority(await openAccess({ kysely: transaction, now }, context.principal));
    const [withdrawn] = await withdrawPending(transaction, { place, id, now: moment });
    if (withdrawn === undefined) throw notFound("invitation", id);
    const target = { type: "invitation", id };
    const entry = { action: "invitation.withdrawn", target, ...auditedAt(place) } as const;
    await appendAuditEntry(transaction, context, entry, moment);
  });
}
