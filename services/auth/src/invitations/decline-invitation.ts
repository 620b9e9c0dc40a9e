import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { auditedAt } from "../members/audited-at.ts";
import { findInvited } from "./find-invited.ts";
import { holdInvitation } from "./hold-invitation.ts";
import { markWithdrawn } from "./invitation-repository.ts";

export async function declineInvitation(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { id }: { readonly id: string },
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const { email } = await findInvited({ kysely: transaction, access }, context, "write");
    const { row, place } = await holdInvitation(transaction, { id }, { email, now: moment });
    await markWithdrawn(transaction, row.id, moment);
    const target = { type: "invitation", id: row.id };
    const entry = { action: "invitation.declined", target, ...auditedAt(place) } as const;
    await appendAuditEntry(transaction, context, entry, moment);
  });
}
