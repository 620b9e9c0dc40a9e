import * as z from "zod";
import { defineEvent, type Event } from "./define.ts";

/** Everything that the audit trail tells of: `<noun>.<verb in the past>`. Closed, so that readers can rely on it. */
export const auditActions = [
  "api_key.issued",
  "api_key.changed",
  "api_key.revoked",
  "user.registered",
  "user.confirmed",
  "user.changed",
  "user.password_changed",
  "user.recovery_requested",
  "user.banned",
  "user.unbanned",
  "user.deleted",
  "user.erased",
  "session.started",
  "session.refused",
  "session.refreshed",
  "session.reuse_detected",
  "session.ended",
  "signing_key.rotated",
  "role.created",
  "role.changed",
  "role.deleted",
  "role.permission_added",
  "role.permission_removed",
  "role.assigned",
  "role.unassigned",
  "permission.created",
  "permission.deleted",
  "permission.granted",
  "permission.denied",
  "permission.withdrawn",
  "team.created",
  "team.changed",
  "team.deleted",
  "team.transferred",
  "team.member_added",
  "team.member_changed",
  "team.member_removed",
  "workspace.created",
  "workspace.changed",
  "workspace.archived",
  "workspace.deleted",
  "workspace.transferred",
  "workspace.member_added",
  "workspace.member_removed",
  "invitation.sent",
  "invitation.accepted",
  "invitation.declined",
  "invitation.withdrawn",
  "share.created",
  "share.changed",
  "share.revoked",
  "conversation.erased",
  "persona.created",
  "persona.changed",
  "persona.deleted",
  "persona.default_set",
] as const;
export const AuditAction = z.enum(auditActions);
export type AuditAction = z.infer<typeof AuditAction>;

const AuditEvent = z.object({
  /** The audit entry's. */
  id: z.guid(),
  actor_id: z.guid().nullable(),
  target_user_id: z.guid().nullable(),
  target_type: z.string().nullable(),
  target_id: z.string().nullable(),
  request_id: z.string().nullable(),
  timestamp: z.iso.datetime(),
});

// These have events of their own, with what caches need to know.
const ownEvents: readonly AuditAction[] = ["api_key.issued", "api_key.revoked"];

/** What other systems may want to act on: each entry of the audit trail, without what was changed. */
export const auditEvents: readonly Event<typeof AuditEvent>[] = auditActions
  .filter((action) => !ownEvents.includes(action))
  .map((action) =>
    defineEvent({
      subject: `gaia.auth.${action}`,
      summary: `The audit trail has a new entry: ${action}`,
      payload: AuditEvent,
    }),
  );
