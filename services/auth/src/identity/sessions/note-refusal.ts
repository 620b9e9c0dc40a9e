import type { Auditor } from "@gaia/db";
import { findAccountByEmail } from "../accounts/account-repository.ts";
import { auditAccount } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";

interface Refusal {
  readonly of: { readonly userId: string } | { readonly email: string };
  /** As the answer has it, without the account's data. */
  readonly reason: string;
}

/**
 * Adds to the audit trail that somebody was not let into an account. Only accounts that exist have a trail, so a flood of
 * made-up addresses writes nothing. Nobody waits for it: by the time, one could tell that there is an account.
 */
export function noteRefusal(
  deps: Pick<IdentityDeps, "kysely" | "now" | "background">,
  auditor: Auditor,
  refusal: Refusal,
): void {
  deps.background.run("audit refusal", store(deps, auditor, refusal));
}

async function store(
  { kysely, now }: Pick<IdentityDeps, "kysely" | "now">,
  auditor: Auditor,
  { of, reason }: Refusal,
): Promise<void> {
  const userId = "userId" in of ? of.userId : (await findAccountByEmail(kysely, of.email))?.id;
  if (userId === undefined) return;
  const entry = { action: "session.refused", userId, details: { reason } } as const;
  await kysely.transaction().execute((transaction) => auditAccount(transaction, { auditor, now: now() }, entry));
}
