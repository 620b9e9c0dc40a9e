import { conflict, type InputOf, type Principal, type shares } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { openAccess } from "../access/open-access.ts";
import type { Resource } from "../access/selector.ts";
import type { AuthDeps } from "../deps.ts";
import { requirePerson } from "../members/require-person.ts";
import { findRecipients } from "./find-recipients.ts";
import { projectShares } from "./project-shares.ts";
import type { Recipient } from "./recipient.ts";
import { countPublicShares, endFormerShares, insertShare, lockShares, rowToShare } from "./share-repository.ts";
import { nameOf, requireSharing } from "./shared-resource.ts";
import { tellOfShare } from "./tell-of-share.ts";

const mostPublicShares = 100;

/** What is to be shared by whom. Where it lies and whose it is may come from one of Gaia's services, never from people. */
export interface Sharing extends Omit<InputOf<typeof shares.createShare>, "resource_type" | "resource_id"> {
  readonly principal: Principal;
  readonly resource: Resource;
}

export async function shareResource(
  { kysely, now, limits }: Pick<AuthDeps, "kysely" | "now" | "limits">,
  context: Context,
  sharing: Sharing,
): Promise<shares.Share[]> {
  const { principal, resource, share_type, permissions: actions } = sharing;
  const sharerId = requirePerson({ principal }, `${resource.type}:share`);
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    await lockShares(transaction, resource.type, nameOf(resource));
    const access = await openAccess({ kysely: transaction, now }, principal, resource);
    requireSharing(access, resource, { shareType: share_type, actions });
    const found = await findRecipients({ transaction, access, limits, sharerId }, sharing.recipients);
    const made: shares.Share[] = [];
    for (const recipient of share_type === "public" ? [null] : found) {
      made.push(await addShare({ transaction, context, now: moment }, { ...sharing, sharerId, recipient }));
    }
    if (share_type === "public" && (await countPublicShares(transaction, sharerId, moment)) > mostPublicShares) {
      throw conflict("share.too_many_public", `Nobody has more than ${mostPublicShares} public shares that hold`);
    }
    return made;
  });
}

interface Telling {
  readonly transaction: Kysely<Tables>;
  readonly context: Context;
  readonly now: Date;
}

async function addShare(
  telling: Telling,
  sharing: Sharing & { readonly sharerId: string; readonly recipient: Recipient | null },
): Promise<shares.Share> {
  const { transaction, now } = telling;
  const { resource, recipient, sharerId, permissions, expires_at } = sharing;
  const share = await insertShare(transaction, {
    resource_type: resource.type,
    resource_id: nameOf(resource),
    shared_by: sharerId,
    share_name: sharing.name,
    share_message: sharing.message,
    share_type: sharing.share_type,
    permissions: [...new Set(permissions)],
    created_at: now,
    expires_at: expires_at === null ? null : new Date(expires_at),
    metadata: JSON.stringify(
      recipient === null ? {} : { shared_with_type: recipient.type, shared_with_id: recipient.id },
    ),
  });
  const replaced = await endFormerShares(transaction, { share, recipient });
  if (recipient !== null) {
    await projectShares(transaction, { type: resource.type, resource: nameOf(resource), recipient }, now);
  }
  const after = { permissions: share.permissions, expires_at };
  await tellOfShare(telling, share, { action: "share.created", actorId: sharerId, after, details: { replaced } });
  return rowToShare(share);
}
