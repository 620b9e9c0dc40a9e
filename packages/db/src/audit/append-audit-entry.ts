import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import { audit, type AuditAction, type Caller, type Principal, userIdOf } from "@gaia/contracts";
import type { Kysely } from "kysely";
import { appendEvent } from "../outbox/append-event.ts";
import type { Tables } from "../tables.gen.ts";

/** What was done to what. Secrets do not belong in here: neither passwords nor keys, neither tokens nor their digests. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly target?: { readonly type: string; readonly id: string };
  /** The person it was done to, where that is not the actor alone. */
  readonly targetUserId?: string;
  /** Who did it, where the caller has no credentials yet, as when somebody signs in. */
  readonly actorId?: string;
  /** Where it belongs, for those who may read the trail of one team or workspace only. */
  readonly teamId?: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** What else is worth knowing, such as why something was refused. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Callers without a request, such as the command line, have no id. */
export type Auditor = Pick<Caller, "principal" | "client"> & { readonly requestId: string | null };

const eventsBySubject = new Map<string, (typeof audit.auditEvents)[number]>(
  audit.auditEvents.map((event) => [event.subject, event]),
);

/** Adds to the audit trail in the transaction of the change it tells of, and announces it (`gaia.auth.*`). */
export async function appendAuditEntry(
  transaction: Kysely<Tables>,
  caller: Auditor,
  entry: AuditEntry,
  now: Date,
): Promise<void> {
  const id = randomUUID();
  const facts = {
    actor_id: entry.actorId ?? userIdOf(caller.principal),
    target_user_id: entry.targetUserId ?? null,
    target_type: entry.target?.type ?? null,
    target_id: entry.target?.id ?? null,
    request_id: caller.requestId,
  };
  const { before, after, details } = entry;
  await transaction
    .insertInto("permission_audit_log")
    .values({
      ...facts,
      id,
      event_type: entry.action,
      permission_details: JSON.stringify({ before, after, details }),
      event_timestamp: now,
      ip_address: addressOf(caller),
      user_agent: caller.client?.userAgent ?? null,
      principal: JSON.stringify(describePrincipal(caller.principal)),
      team_id: entry.teamId ?? null,
      workspace_id: entry.workspaceId ?? null,
    })
    .execute();
  const event = eventsBySubject.get(`gaia.auth.${entry.action}`);
  if (event === undefined) return;
  const payload = { ...facts, id, timestamp: now.toISOString() };
  await appendEvent(transaction, event, { payload, requestId: caller.requestId });
}

// A socket without an address, and whatever a proxy made up, is from nowhere.
function addressOf({ client }: Auditor): string | null {
  const address = client?.address ?? "";
  return isIP(address) === 0 ? null : address;
}

function describePrincipal(principal: Principal): Readonly<Record<string, unknown>> {
  switch (principal.kind) {
    case "guest":
      return { kind: "guest" };
    case "service":
      return { kind: "service", name: principal.name };
    case "api-key":
      return { kind: "api-key", api_key_id: principal.apiKeyId };
    case "user":
      return { kind: "user", session_id: principal.sessionId };
  }
}
