import { readContext } from "../access/grant-context.ts";
import { placesOf } from "../roles/describe-assignment.ts";
import type { PermissionGrantRow, ResourceGrantRow } from "./grant-repository.ts";

/** A grant to a user as the audit trail tells it. */
export function describePermissionGrant(row: PermissionGrantRow) {
  const { permission_id, resource_type, resource_path, action, granted, context_type, context_id } = row;
  const expires_at = row.expires_at?.toISOString() ?? null;
  return { permission_id, resource_type, resource_path, action, granted, context_type, context_id, expires_at };
}

export function describeResourceGrant(row: ResourceGrantRow) {
  const { principal_type, principal_id, resource_type, resource, actions } = row;
  const expires_at = row.expires_at?.toISOString() ?? null;
  return { principal_type, principal_id, resource_type, resource, actions, expires_at };
}

/** Whose trail an entry about a grant to a team or workspace belongs to as well. */
export function placesOfGrantee({ principal_type, principal_id }: ResourceGrantRow) {
  return placesOf(readContext(principal_type, principal_id));
}
