import type { AuditEntry } from "@gaia/db";
import type { Place } from "./forget-place.ts";

/** Where an audit entry belongs, so that those find it who may read the trail of this place only. */
export function auditedAt({ type, id }: Place): Pick<AuditEntry, "teamId" | "workspaceId"> {
  return type === "team" ? { teamId: id } : { workspaceId: id };
}
