import type { Tables } from "@gaia/db";
import { type Kysely, sql } from "kysely";
import type { Recipient } from "./recipient.ts";
import { isSharedWith, selectShares } from "./share-repository.ts";

interface Shared {
  readonly type: string;
  readonly resource: string;
  readonly recipient: Recipient;
}

/**
 * Writes down in `resource_permissions`, where the original's SQL functions look, what all shares of a resource give one
 * recipient together. The row has one end for all its actions, so it has those that last longest; the shares themselves
 * say the rest. A row that somebody else granted, or has changed since, is theirs and stays as it is, until it ends.
 * The shares must be held (`lockShares`).
 */
export async function projectShares(transaction: Kysely<Tables>, shared: Shared, now: Date): Promise<void> {
  const { type, resource, recipient } = shared;
  const rows = await selectShares(transaction)
    .where("resource_type", "=", type)
    .where("resource_id", "=", resource)
    .where(isSharedWith(recipient))
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", now)]))
    .orderBy("created_at")
    .execute();
  const last = rows.at(-1);
  if (last === undefined) return removeProjection(transaction, shared);
  const ends = rows.map(({ expires_at }) => expires_at?.getTime() ?? Number.POSITIVE_INFINITY);
  const end = Math.max(...ends);
  const lasting = rows.filter((_row, index) => ends[index] === end);
  const { rows: written } = await sql<{ id: string }>`
    insert into resource_permissions
      (resource_type, resource_id, principal_type, principal_id, permissions, granted_by, granted_at, expires_at)
    values (${type}, ${resource}, ${recipient.type}, ${recipient.id},
      ${[...new Set(lasting.flatMap(({ permissions }) => permissions))]}::text[], ${last.shared_by}, ${now},
      ${end === Number.POSITIVE_INFINITY ? null : new Date(end)})
    on conflict (resource_type, resource_id, principal_type, principal_id) do update
    set permissions = excluded.permissions, granted_by = excluded.granted_by, granted_at = excluded.granted_at,
      expires_at = excluded.expires_at
    where ${isOfShares} or resource_permissions.expires_at <= ${now}
    returning id`.execute(transaction);
  for (const { id } of written) {
    await transaction
      .updateTable("resource_permissions")
      .set({ metadata: sql`jsonb_build_object('of_shares', ${content})` })
      .where("id", "=", id)
      .execute();
  }
}

const content = sql`jsonb_build_object('permissions', to_jsonb(resource_permissions.permissions),
  'granted_by', resource_permissions.granted_by, 'granted_at', resource_permissions.granted_at,
  'expires_at', resource_permissions.expires_at)`;

/** Whether the row says what it said when it was written down here. */
const isOfShares = sql<boolean>`coalesce(resource_permissions.metadata -> 'of_shares' = ${content}, false)`;

async function removeProjection(transaction: Kysely<Tables>, { type, resource, recipient }: Shared): Promise<void> {
  await transaction
    .deleteFrom("resource_permissions")
    .where("resource_type", "=", type)
    .where("resource_id", "=", resource)
    .where("principal_type", "=", recipient.type)
    .where("principal_id", "=", recipient.id)
    .where(isOfShares)
    .execute();
}
