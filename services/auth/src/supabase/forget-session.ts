import type { Auditor } from "@gaia/db";
import * as z from "zod";
import type { AuthDeps } from "../deps.ts";
import { auditAccount } from "../identity/audit-account.ts";
import { announceRevocation } from "../identity/sessions/end-sessions.ts";
import { readUserClaims } from "../tokens/verify-token.ts";

/** A week: Supabase lets no access token live longer. */
const longestTokenMs = 604_800_000;

/**
 * Remembers that the project ended a session, so that its access tokens let nobody in any more. What is no valid token
 * needs nothing.
 */
export async function forgetSession(
  deps: Pick<AuthDeps, "kysely" | "now" | "tokenKeys" | "tokenIssuer">,
  auditor: Auditor,
  { token }: { readonly token: string },
): Promise<void> {
  const claims = await readUserClaims(deps, token);
  const session = z.guid().safeParse(claims?.session_id);
  if (claims === null || !session.success) return;
  const { sub: userId } = claims;
  const sessionId = session.data;
  const now = deps.now();
  await deps.kysely.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("ended_sessions").where("forget_at", "<", now).execute();
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .insertInto("ended_sessions")
      .values({
        session_id: sessionId,
        user_id: userId,
        ended_at: now,
        forget_at: new Date(now.getTime() + longestTokenMs),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return;
    const entry = {
      action: "session.ended",
      userId,
      sessionId,
      isByOwner: true,
      details: { why: "signed_out" },
    } as const;
    await auditAccount(transaction, { auditor, now }, entry);
    await announceRevocation(transaction, { userId, sessionIds: [sessionId], auditor, now });
  });
}
