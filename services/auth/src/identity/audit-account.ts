import { type AuditAction, userIdOf } from "@gaia/contracts";
import { appendAuditEntry, type Auditor, type Tables } from "@gaia/db";
import type { Kysely } from "kysely";

/** Who changes something, and when. */
export interface Change {
  readonly auditor: Auditor;
  readonly now: Date;
}

interface AccountEntry {
  readonly action: AuditAction;
  /** Whose account or session it is. */
  readonly userId: string;
  readonly sessionId?: string;
  /** Whether the person has just shown to be the account's owner, such as by a password, though without credentials. */
  readonly isByOwner?: boolean;
  /** Never addresses, names or metadata: the trail cannot forget them when the account is erased. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Adds what happened to an account to the audit trail. */
export async function auditAccount(
  transaction: Kysely<Tables>,
  { auditor, now }: Change,
  { action, userId, sessionId, isByOwner = false, details }: AccountEntry,
): Promise<void> {
  const actorId = userIdOf(auditor.principal) ?? (isByOwner ? userId : undefined);
  const target = sessionId === undefined ? { type: "user", id: userId } : { type: "session", id: sessionId };
  const entry = {
    action,
    target,
    ...(actorId === undefined ? {} : { actorId }),
    ...(actorId === userId ? {} : { targetUserId: userId }),
    ...(details === undefined ? {} : { details }),
  };
  await appendAuditEntry(transaction, auditor, entry, now);
}
