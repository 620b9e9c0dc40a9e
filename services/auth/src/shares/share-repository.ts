import type { shares } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from "kysely";
import { isUnexpired } from "../access/time-of.ts";
import { type Recipient, recipientOf } from "./recipient.ts";

export type ShareRow = Selectable<Tables["shared_resources"]>;

const isId = sql`coalesce(metadata ->> 'shared_with_id' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', false)`;
const isPublic = sql<boolean>`share_type = 'public'`;
// As far as it says with whom, and as `recipientOf` can read it.
const isDirect = sql<boolean>`(coalesce(share_type, 'direct') = 'direct' and case metadata ->> 'shared_with_type'
  when 'role' then metadata ->> 'shared_with_id' is not null
  when 'user' then ${isId} when 'team' then ${isId} when 'workspace' then ${isId}
  else false end)`;

/** Those that were not taken back. Links are credentials of their own, and no shares here. */
export function selectShares(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom("shared_resources")
    .selectAll()
    .where(sql<boolean>`is_active is not false and (${isPublic} or ${isDirect})`);
}

export function rowToShare(row: ShareRow): shares.Share {
  return {
    id: row.id,
    resource_type: row.resource_type,
    resource_id: row.resource_id,
    share_type: row.share_type === "public" ? "public" : "direct",
    name: row.share_name,
    message: row.share_message,
    permissions: row.permissions,
    shared_by: row.shared_by,
    recipient: recipientOf(row),
    created_at: row.created_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
  };
}

/** Whoever changes the shares of one resource waits for the others, until the end of the transaction. */
export async function lockShares(transaction: Kysely<Tables>, type: string, resource: string): Promise<void> {
  const name = JSON.stringify(["shares", type, resource]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
}

export async function insertShare(
  transaction: Kysely<Tables>,
  share: Insertable<Tables["shared_resources"]>,
): Promise<ShareRow> {
  return transaction.insertInto("shared_resources").values(share).returningAll().executeTakeFirstOrThrow();
}

/** Who shares twice at the same moment waits for themselves, so that the count stays true. */
export async function countPublicShares(transaction: Kysely<Tables>, sharerId: string, now: Date): Promise<number> {
  await transaction.selectFrom("users").select("id").where("id", "=", sharerId).forNoKeyUpdate().execute();
  const { count } = await transaction
    .selectFrom("shared_resources")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("shared_by", "=", sharerId)
    .where(sql<boolean>`is_active is not false and ${isPublic}`)
    .where(isUnexpired("expires_at", now))
    .executeTakeFirstOrThrow();
  return count;
}

export async function updateShare(
  transaction: Kysely<Tables>,
  id: string,
  changes: Updateable<Tables["shared_resources"]>,
): Promise<void> {
  await transaction.updateTable("shared_resources").set(changes).where("id", "=", id).execute();
}

/** What the same person shared before with the same recipient; the new one counts instead. */
export async function endFormerShares(
  transaction: Kysely<Tables>,
  { share, recipient }: { readonly share: ShareRow; readonly recipient: Recipient | null },
): Promise<string[]> {
  const former = selectShares(transaction)
    .clearSelect()
    .select("id")
    .where("resource_type", "=", share.resource_type)
    .where("resource_id", "=", share.resource_id)
    .where("shared_by", "=", share.shared_by)
    .where("id", "<>", share.id)
    .where(isSharedWith(recipient));
  const rows = await transaction
    .updateTable("shared_resources")
    .set({ is_active: false })
    .where("id", "in", former)
    .returning("id")
    .execute();
  return rows.map(({ id }) => id);
}

export function isSharedWith(recipient: Recipient | null) {
  if (recipient === null) return isPublic;
  return sql<boolean>`(${isDirect} and metadata ->> 'shared_with_type' = ${recipient.type}
    and lower(metadata ->> 'shared_with_id') = lower(${recipient.id}))`;
}
