import { forbidden, type InputOf, type shares, userIdOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { type Access, openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { holdShare } from "./get-share.ts";
import { projectShares } from "./project-shares.ts";
import { type Recipient, recipientOf } from "./recipient.ts";
import { type ShareRow, updateShare } from "./share-repository.ts";
import { toResource } from "./shared-resource.ts";
import { tellOfShare } from "./tell-of-share.ts";

/** For whoever made it, who administers what is shared, and the person it is shared with. */
export async function revokeShare(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { share_id }: InputOf<typeof shares.revokeShare>,
): Promise<void> {
  const moment = now();
  await kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const share = await holdShare(transaction, access, share_id);
    const recipient = recipientOf(share);
    if (!mayRevoke(access, share, isTheirs(recipient, userIdOf(context.principal)))) throw forbidden("share:delete");
    await updateShare(transaction, share.id, { is_active: false });
    const { resource_type: type, resource_id: resource, permissions, expires_at } = share;
    if (recipient !== null) await projectShares(transaction, { type, resource, recipient }, moment);
    const before = { permissions, expires_at };
    await tellOfShare({ transaction, context, now: moment }, share, { action: "share.revoked", before });
  });
}

function mayRevoke(
  access: Access,
  { id, shared_by, resource_type, resource_id }: ShareRow,
  isReceived: boolean,
): boolean {
  const { subject } = access.facts;
  const owners = isReceived && subject.kind === "user" ? [shared_by, subject.userId] : [shared_by];
  return (
    owners.some((ownerId) => access.decide("delete", { type: "share", id, ownerId }).allowed) ||
    access.decide("admin", toResource(resource_type, resource_id)).allowed
  );
}

function isTheirs(recipient: Recipient | null, userId: string | null): boolean {
  return recipient?.type === "user" && recipient.id === userId;
}
