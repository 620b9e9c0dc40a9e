import type { InputOf, invitations, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { findInvited } from "./find-invited.ts";
import { isOlder } from "./list-invitations.ts";
import { leadsSomewhere, rowToOwnInvitation, selectOwnInvitations } from "./own-invitation-repository.ts";

export async function listOwnInvitations(
  deps: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { limit, cursor }: InputOf<typeof invitations.listOwnInvitations>,
): Promise<OutputOf<typeof invitations.listOwnInvitations>> {
  const { kysely, now } = deps;
  const before = readCursor(z.guid(), cursor);
  const { email } = await findInvited({ kysely, access: await openAccess(deps, context.principal) }, context, "read");
  const moment = now();
  const found = await selectOwnInvitations(kysely, email)
    .where("invitations.accepted_at", "is", null)
    .where("invitations.withdrawn_at", "is", null)
    .where("invitations.expires_at", ">", moment)
    .where(leadsSomewhere(moment))
    .$if(before !== null, (query) => query.where(isOlder(before)))
    .orderBy("invitations.created_at", "desc")
    .orderBy("invitations.id", "desc")
    .limit(limit + 1)
    .execute();
  const { rows, next_cursor } = cutPage(found, limit, ({ id }) => id);
  return { invitations: rows.map(rowToOwnInvitation), next_cursor };
}
