import { type Principal, userIdOf } from "@gaia/contracts";
import { type Expression, sql, type SqlBool } from "kysely";
import type { Access } from "../access/open-access.ts";

export interface AuditVisibility {
  /** The entries that the asker may read. */
  readonly visible: Expression<SqlBool>;
  /** Those of them of which also from where and with what they were made. */
  readonly origin: Expression<SqlBool>;
}

const team = sql.ref<string>("permission_audit_log.team_id");
const workspace = sql.ref<string>("permission_audit_log.workspace_id");

/**
 * Auditors read what is theirs to audit, whoever manages a team or workspace reads what happened there, and everybody
 * what they did and what was done to them, without from where others did it.
 */
export function auditVisibility(access: Access, principal: Principal): AuditVisibility {
  const audited = access.filter({ type: "admin", action: "audit" }, { teamId: team, workspaceId: workspace });
  const managed = sql<boolean>`(${inManagedTeam(access)} or ${inManagedWorkspace(access)})`;
  const { actor, target } = ownEntries(access, principal);
  return {
    visible: sql<boolean>`(${audited} or ${managed} or ${actor} or ${target})`,
    origin: sql<boolean>`(${audited} or ${managed} or ${actor})`,
  };
}

function inManagedTeam(access: Access): Expression<SqlBool> {
  const managed = access.filter({ type: "team", action: "admin" }, { id: team, teamId: team });
  return sql<boolean>`(${team} is not null and ${managed})`;
}

function inManagedWorkspace(access: Access): Expression<SqlBool> {
  const ownerId = sql<string | null>`(select owner_id from workspaces where workspaces.id = ${workspace})`;
  const columns = { id: workspace, workspaceId: workspace, ownerId };
  return sql<boolean>`(${workspace} is not null and ${access.filter({ type: "workspace", action: "admin" }, columns)})`;
}

interface OwnEntries {
  readonly actor: Expression<SqlBool>;
  readonly target: Expression<SqlBool>;
}

/** One's own history belongs to the account; a key needs the scope for that, too. */
function ownEntries(access: Access, principal: Principal): OwnEntries {
  const userId = userIdOf(principal);
  if (userId === null || !access.decide("read", { type: "account", id: userId, ownerId: userId }).allowed) {
    return { actor: sql<boolean>`false`, target: sql<boolean>`false` };
  }
  return {
    actor: sql<boolean>`permission_audit_log.actor_id = ${userId}`,
    target: sql<boolean>`permission_audit_log.target_user_id = ${userId}`,
  };
}
