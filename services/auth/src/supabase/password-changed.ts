import type { Auditor } from "@gaia/db";
import type { AuthDeps } from "../deps.ts";
import { auditAccount } from "../identity/audit-account.ts";
import { announceRevocation } from "../identity/sessions/end-sessions.ts";
import { endTokens } from "./project-account-repository.ts";

/** The project has ended all other sessions; their access tokens are to let nobody in either. */
export async function passwordChanged(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  auditor: Auditor,
  { userId, keepSession }: { readonly userId: string; readonly keepSession: string | null },
): Promise<void> {
  const change = { auditor, now: now() };
  await kysely.transaction().execute(async (transaction) => {
    await endTokens(transaction, userId, { at: change.now, keepSession });
    await auditAccount(transaction, change, { action: "user.password_changed", userId, isByOwner: true });
    await announceRevocation(transaction, { userId, sessionIds: null, ...change });
  });
}
