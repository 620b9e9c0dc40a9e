import type { auditTrail, InputOf } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Expression, type Kysely, sql, type SqlBool } from "kysely";
import * as z from "zod";
import type { AuditVisibility } from "./audit-visibility.ts";

export type AuditFilters = InputOf<typeof auditTrail.exportAuditTrail>;

interface AuditPage {
  /** The sequence that entries come before; `null` for the newest. */
  readonly before: string | null;
  readonly limit: number;
}

/** Newest first. */
export async function findAuditEntries(
  kysely: Kysely<Tables>,
  { visible, origin }: AuditVisibility,
  filters: AuditFilters,
  { before, limit }: AuditPage,
): Promise<auditTrail.AuditTrailEntry[]> {
  const conditions = [visible, ...conditionsOf(filters)];
  if (before !== null) conditions.push(sql<boolean>`sequence < ${before}::bigint`);
  const rows = await kysely
    .selectFrom("permission_audit_log")
    .select([
      "id",
      "event_type",
      "actor_id",
      "target_user_id",
      "target_type",
      "target_id",
      "team_id",
      "workspace_id",
      "principal",
      "request_id",
      "permission_details",
      "event_timestamp",
      sql<string>`sequence::text`.as("sequence"),
      sql<string | null>`case when ${origin} then host(ip_address) end`.as("ip_address"),
      sql<string | null>`case when ${origin} then user_agent end`.as("user_agent"),
    ])
    .where(({ and }) => and(conditions))
    .orderBy("permission_audit_log.sequence", "desc")
    .limit(limit)
    .execute();
  return rows.map(rowToEntry);
}

const times = { from: ">=", to: "<" } as const;

function conditionsOf(filters: AuditFilters): Expression<SqlBool>[] {
  const { action, actor_id, target_user_id, target_type, target_id, team_id, workspace_id, request_id } = filters;
  const equal = { actor_id, target_user_id, target_type, target_id, team_id, workspace_id, request_id };
  const found: Expression<SqlBool>[] = Object.entries(equal).flatMap(([column, value]) =>
    value === undefined ? [] : [sql<boolean>`${sql.ref(column)} = ${value}`],
  );
  if (action?.endsWith(".") === true) found.push(sql<boolean>`starts_with(event_type, ${action})`);
  else if (action !== undefined) found.push(sql<boolean>`event_type = ${action}`);
  for (const name of ["from", "to"] as const) {
    const moment = filters[name];
    if (moment === undefined) continue;
    found.push(sql<boolean>`event_timestamp ${sql.raw(times[name])} ${new Date(moment)}`);
  }
  return found;
}

// The original stored what it pleased; that is told as details.
const Details = z.object({ before: z.unknown(), after: z.unknown(), details: z.unknown() }).partial().strict();
const PrincipalFacts = z.record(z.string(), z.unknown()).nullable().catch(null);

interface Row {
  readonly id: string;
  readonly event_type: string;
  readonly actor_id: string | null;
  readonly target_user_id: string | null;
  readonly target_type: string | null;
  readonly target_id: string | null;
  readonly team_id: string | null;
  readonly workspace_id: string | null;
  readonly principal: unknown;
  readonly request_id: string | null;
  readonly permission_details: unknown;
  readonly event_timestamp: Date | null;
  readonly sequence: string;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

function rowToEntry({ permission_details, event_type, event_timestamp, ...row }: Row): auditTrail.AuditTrailEntry {
  const parsed = Details.safeParse(permission_details);
  const {
    before = null,
    after = null,
    details = null,
  } = parsed.success ? parsed.data : { details: permission_details };
  return {
    ...row,
    sequence: Number(row.sequence),
    action: event_type,
    principal: PrincipalFacts.parse(row.principal),
    before,
    after,
    details,
    timestamp: (event_timestamp ?? new Date(0)).toISOString(),
  };
}
