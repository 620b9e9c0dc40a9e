import { identity } from "@gaia/contracts";
import { appendEvent, type Tables } from "@gaia/db";
import type { Kysely } from "kysely";

interface Ending {
  readonly userId: string;
  readonly which: "all" | { readonly only: string } | { readonly allBut: string };
  readonly now: Date;
}

/** Ends sessions; the event that empties caches is stored with the change. Their refresh tokens are none from then on. */
export async function endSessions(transaction: Kysely<Tables>, { userId, which, now }: Ending): Promise<void> {
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
  await announceRevocation(transaction, { userId, sessionIds: ended.map(({ id }) => id), now });
}

/** `null` for the sessions means everything that anybody remembers of the user. */
export async function announceRevocation(
  transaction: Kysely<Tables>,
  revoked: { readonly userId: string; readonly sessionIds: string[] | null; readonly now: Date },
): Promise<void> {
  const { userId, sessionIds, now } = revoked;
  const payload = { user_id: userId, session_ids: sessionIds, timestamp: now.toISOString() };
  await appendEvent(transaction, identity.sessionRevoked, { payload, requestId: null });
}
