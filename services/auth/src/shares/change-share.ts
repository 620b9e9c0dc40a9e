import { forbidden, GaiaError, type InputOf, type shares } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { type Access, openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { pickChanges } from "../members/pick-changes.ts";
import { holdShare } from "./get-share.ts";
import { projectShares } from "./project-shares.ts";
import { recipientOf } from "./recipient.ts";
import { rowToShare, type ShareRow, updateShare } from "./share-repository.ts";
import { findMissing, notHeld, toResource } from "./shared-resource.ts";
import { tellOfShare } from "./tell-of-share.ts";

type Wish = Omit<InputOf<typeof shares.changeShare>, "share_id">;

export async function changeShare(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { share_id, ...wish }: InputOf<typeof shares.changeShare>,
): Promise<shares.Share> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    const share = await holdShare(transaction, access, share_id);
    requireChanging(access, share);
    const { before, after } = pickChanges(storedOf(share), toColumns(wish));
    if (Object.keys(after).length === 0) return rowToShare(share);
    const changed = { ...share, ...after };
    if (isMore(share, changed)) requireMore(access, changed);
    await updateShare(transaction, share.id, after);
    await project(transaction, changed, moment);
    const action = "share.changed";
    await tellOfShare({ transaction, context, now: moment }, changed, { action, before, after });
    return rowToShare(changed);
  });
}

/** Whoever made it, and who administers what is shared. */
function requireChanging(access: Access, { id, shared_by, resource_type, resource_id }: ShareRow): void {
  if (access.decide("write", { type: "share", id, ownerId: shared_by }).allowed) return;
  if (!access.decide("admin", toResource(resource_type, resource_id)).allowed) throw forbidden("share:write");
}

/** Who widens a share or lets it last longer must be able to make it as it is then. */
function requireMore(access: Access, { share_type, resource_type, resource_id, permissions: actions }: ShareRow): void {
  const shareType = share_type === "public" ? "public" : "direct";
  if (shareType === "public" && actions.some((action) => action !== "read")) throw readOnly();
  const resource = toResource(resource_type, resource_id);
  const missing = findMissing(access, resource, { shareType, actions });
  if (missing !== null) throw notHeld(resource, missing);
}

function readOnly(): GaiaError {
  const issues = [{ type: "custom", loc: ["body", "permissions"], msg: "Everybody may read, and no more" }];
  return new GaiaError("INVALID_INPUT", "Invalid input: body.permissions: Everybody may read, and no more", { issues });
}

function storedOf({ permissions, share_name, share_message, expires_at }: ShareRow) {
  return { permissions, share_name, share_message, expires_at };
}

function toColumns({ permissions, name, message, expires_at }: Wish) {
  return {
    permissions: permissions === undefined ? undefined : [...new Set<string>(permissions)],
    share_name: name,
    share_message: message,
    expires_at: typeof expires_at === "string" ? new Date(expires_at) : expires_at,
  };
}

function isMore(share: ShareRow, changed: ShareRow): boolean {
  const lasts = ({ expires_at }: ShareRow) => expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
  const isWider = changed.permissions.some((action) => !share.permissions.includes(action));
  return isWider || lasts(changed) > lasts(share);
}

async function project(transaction: Kysely<Tables>, share: ShareRow, now: Date): Promise<void> {
  const recipient = recipientOf(share);
  if (recipient === null) return;
  await projectShares(transaction, { type: share.resource_type, resource: share.resource_id, recipient }, now);
}
