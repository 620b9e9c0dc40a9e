import { identity } from "@gaia/contracts";
import { appendEvent, type Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { auditAccount, type Change } from "../audit-account.ts";

interface Ending extends Change {
  readonly userId: string;
  readonly which: "all" | { readonly only: string } | { readonly allBut: string };
  readonly why: "signed_out" | "password_changed" | "reuse_detected" | "account_deleted";
  /** Whether the account's owner does it, although without credentials. */
  readonly isByOwner?: boolean;
}

/** Ends sessions; the event that empties caches is stored with the change. Their refresh tokens are none from then on. */
export async function endSessions(transaction: Kysely<Tables>, ending: Ending): Promise<void> {
  const { userId, which, why, isByOwner = false, auditor, now } = ending;
  const ended = await transaction
    .deleteFrom("auth.sessions")
    .where("user_id", "=", userId)
    .$if(which !== "all", (query) =>
      which !== "all" && "only" in which
        ? query.where("id", "=", which.only)
        : query.where("id", "!=", which !== "all" && "allBut" in which ? which.allBut : ""),
    )
    .returning("id")
    .execute();
  if (ended.length === 0) return;
  for (const { id } of ended) {
    const entry = { action: "session.ended", userId, sessionId: id, isByOwner, details: { why } } as const;
    await auditAccount(transaction, { auditor, now }, entry);
  }
  await announceRevocation(transaction, { userId, sessionIds: ended.map(({ id }) => id), auditor, now });
}

/** `null` for the sessions means everything that anybody remembers of the user. */
export async function announceRevocation(
  transaction: Kysely<Tables>,
  revoked: Change & { readonly userId: string; readonly sessionIds: string[] | null },
): Promise<void> {
  const { userId, sessionIds, auditor, now } = revoked;
  const payload = { user_id: userId, session_ids: sessionIds, timestamp: now.toISOString() };
  await appendEvent(transaction, identity.sessionRevoked, { payload, requestId: auditor.requestId });
}
