import { createHash } from "node:crypto";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { type Account, changeAccount, findAccount, forgetMailedTokens } from "../accounts/account-repository.ts";
import { leavePlaces } from "../../accounts/leave-places.ts";
import { switchOffUser } from "../../users/switch-off-user.ts";
import { auditAccount } from "../audit-account.ts";
import type { IdentityDeps } from "../identity-deps.ts";
import { accountNotFound } from "../identity-error.ts";
import { isAdministrator, keepAnAdministrator } from "../../roles/keep-an-administrator.ts";
import { announceRevocation, endSessions } from "../sessions/end-sessions.ts";
import { readUserId } from "./administered-fields.ts";
import { requireAdministrable } from "./require-administrable.ts";

interface Deletion {
  readonly account: Account;
  readonly now: Date;
}

/**
 * Deletes an account, or leaves a row without name and password. What the person made stays with the row in
 * `public.users`, which is switched off and gives its address free; erasing that is another matter. Teams and
 * workspaces are left as when a person erases the account, and so refused while one would have no owner. Source:
 * supabase/auth `internal/api/admin.go`, `adminUserDelete`.
 */
export async function deleteIdentityUser(
  { kysely, now }: Pick<IdentityDeps, "kysely" | "now">,
  auditor: Auditor,
  input: { readonly user_id: string; readonly should_soft_delete?: boolean | null | undefined },
): Promise<void> {
  const id = readUserId(input.user_id);
  await requireAdministrable({ kysely, now }, auditor.principal, id);
  await kysely.transaction().execute(async (transaction) => {
    const account = await findAccount(transaction, id);
    if (account === undefined) throw accountNotFound();
    const isSoft = input.should_soft_delete === true;
    const deletion = { account, now: now() };
    const change = { auditor, now: deletion.now };
    await leavePlaces(transaction, { userId: id, ...change });
    await endSessions(transaction, { userId: id, which: "all", why: "account_deleted", ...change });
    await announceRevocation(transaction, { userId: id, sessionIds: null, ...change });
    await auditAccount(transaction, change, { action: "user.deleted", userId: id, details: { is_soft: isSoft } });
    await switchOffUser(transaction, id);
    if (await isAdministrator(transaction, id)) await keepAnAdministrator(transaction, deletion.now);
    if (!isSoft) {
      await transaction.deleteFrom("auth.users").where("id", "=", id).execute();
    } else if (account.deleted_at === null) {
      await makeNameless(transaction, deletion);
    }
  });
}

/** The same address can sign up again, and nobody can read it here. */
async function makeNameless(transaction: Kysely<Tables>, { account, now }: Deletion): Promise<void> {
  const { id } = account;
  const nameless = createHash("sha256")
    .update(`${id}${account.email ?? ""}`)
    .digest("base64url");
  await forgetMailedTokens(transaction, id);
  await changeAccount(transaction, id, {
    email: nameless,
    phone: null,
    email_change: "",
    encrypted_password: null,
    raw_user_meta_data: "{}",
    raw_app_meta_data: "{}",
    deleted_at: now,
    updated_at: now,
  });
  await transaction
    .updateTable("auth.identities")
    .set({ provider_id: nameless, identity_data: "{}", updated_at: now })
    .where("user_id", "=", id)
    .execute();
}
