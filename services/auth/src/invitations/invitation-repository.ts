import type { invitations } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Insertable, type Kysely, type Selectable, sql } from "kysely";
import type { Place } from "../members/forget-place.ts";

type InvitationRow = Selectable<Tables["invitations"]>;

const openColumns = ["accepted_at", "withdrawn_at"] as const;

/** Those that still count. */
export function selectPending(kysely: Kysely<Tables>, now: Date) {
  return openColumns.reduce(
    (query, column) => query.where(`invitations.${column}`, "is", null),
    kysely.selectFrom("invitations").where("invitations.expires_at", ">", now),
  );
}

export function columnOf({ type }: Pick<Place, "type">) {
  return type === "team" ? ("invitations.team_id" as const) : ("invitations.workspace_id" as const);
}

export function placeOf({ team_id, workspace_id }: Pick<InvitationRow, "team_id" | "workspace_id">): Place {
  return team_id === null ? { type: "workspace", id: workspace_id ?? "" } : { type: "team", id: team_id };
}

/** Without the hash of its secret. */
export function rowToInvitation(row: Omit<InvitationRow, "token_hash">): invitations.Invitation {
  return {
    id: row.id,
    team_id: row.team_id,
    workspace_id: row.workspace_id,
    email: row.email,
    team_role: row.team_role,
    invited_by: row.invited_by,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    accepted_at: row.accepted_at?.toISOString() ?? null,
  };
}

export async function insertInvitation(
  transaction: Kysely<Tables>,
  invitation: Insertable<Tables["invitations"]>,
): Promise<InvitationRow> {
  return transaction.insertInto("invitations").values(invitation).returningAll().executeTakeFirstOrThrow();
}

/** Ends those that still count, for one address or with one id; answers which they were. */
export async function withdrawPending(
  transaction: Kysely<Tables>,
  {
    place,
    now,
    ...which
  }: { readonly place: Place; readonly now: Date; readonly email?: string; readonly id?: string },
): Promise<{ readonly id: string; readonly email: string }[]> {
  const pending = selectPending(transaction, now)
    .select("invitations.id")
    .where(columnOf(place), "=", place.id)
    .$if(which.email !== undefined, (query) => query.where("invitations.email", "=", which.email ?? ""))
    .$if(which.id !== undefined, (query) => query.where("invitations.id", "=", which.id ?? ""));
  return transaction
    .updateTable("invitations")
    .set({ withdrawn_at: now })
    .where("id", "in", pending)
    .returning(["id", "email"])
    .execute();
}

export async function countPending(kysely: Kysely<Tables>, place: Place, now: Date): Promise<number> {
  const row = await selectPending(kysely, now)
    .select(sql<number>`count(*)::integer`.as("count"))
    .where(columnOf(place), "=", place.id)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** How somebody names an invitation: by its id, or by the secret of its mail. */
export type InvitationName = { readonly id: string } | { readonly tokenHash: string };

export async function findInvitation(kysely: Kysely<Tables>, name: InvitationName): Promise<InvitationRow | undefined> {
  return selectNamed(kysely, name).executeTakeFirst();
}

/** For who has locked the place already: whoever accepts, declines or withdraws goes in this order. */
export async function lockInvitation(
  transaction: Kysely<Tables>,
  name: InvitationName,
): Promise<InvitationRow | undefined> {
  return selectNamed(transaction, name).forUpdate().executeTakeFirst();
}

function selectNamed(kysely: Kysely<Tables>, name: InvitationName) {
  const query = kysely.selectFrom("invitations").selectAll();
  return "id" in name ? query.where("id", "=", name.id) : query.where("token_hash", "=", name.tokenHash);
}

export function isPending({ accepted_at, withdrawn_at, expires_at }: InvitationRow, now: Date): boolean {
  return accepted_at === null && withdrawn_at === null && expires_at > now;
}

export async function markAccepted(
  transaction: Kysely<Tables>,
  { id, userId, now }: { readonly id: string; readonly userId: string; readonly now: Date },
): Promise<void> {
  await transaction
    .updateTable("invitations")
    .set({ accepted_at: now, accepted_by: userId })
    .where("id", "=", id)
    .execute();
}

export async function markWithdrawn(transaction: Kysely<Tables>, id: string, now: Date): Promise<void> {
  await transaction.updateTable("invitations").set({ withdrawn_at: now }).where("id", "=", id).execute();
}
