import { appendAuditEntry, type AuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { placeOfPath } from "../access/grant-context.ts";
import { auditedAt } from "../members/audited-at.ts";
import { findConcernedUsers } from "./find-concerned-users.ts";
import { type Recipient, recipientOf } from "./recipient.ts";
import type { ShareRow } from "./share-repository.ts";

type Told = Pick<AuditEntry, "action" | "before" | "after" | "details"> & {
  /** For whom a service did it. */
  readonly actorId?: string;
};

/** The audit trail's entry on what happened to a share, and the news to whom it concerns. */
export async function tellOfShare(
  {
    transaction,
    context,
    now,
  }: { readonly transaction: Kysely<Tables>; readonly context: Context; readonly now: Date },
  share: ShareRow,
  told: Told,
): Promise<void> {
  const recipient = recipientOf(share);
  const { resource_type, resource_id } = share;
  const entry: AuditEntry = {
    ...told,
    target: { type: "share", id: share.id },
    ...(recipient?.type === "user" ? { targetUserId: recipient.id } : {}),
    ...placeOf(share, recipient),
    details: { resource_type, resource_id, recipient, ...told.details },
  };
  await appendAuditEntry(transaction, context, entry, now);
  const userIds = await findConcernedUsers(transaction, recipient);
  await announceAccessChange(transaction, { userIds, requestId: context.requestId, now });
}

/** Where the document lies; of all else only where it goes is known. */
function placeOf(share: ShareRow, recipient: Recipient | null): Pick<AuditEntry, "teamId" | "workspaceId"> {
  const place = placeOfPath(share.resource_id);
  if (place.teamId !== undefined || place.workspaceId !== undefined) return place;
  if (recipient?.type !== "team" && recipient?.type !== "workspace") return {};
  return auditedAt({ type: recipient.type, id: recipient.id });
}
