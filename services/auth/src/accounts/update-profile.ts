import type { accounts, InputOf, OutputOf } from "@gaia/contracts";
import { auditAccount } from "../identity/audit-account.ts";
import type { AccountDeps } from "./account-deps.ts";
import type { SessionOwner } from "./account-provider.ts";
import { describeProfileChange, refusedAs } from "./describe-failure.ts";
import { getProfile } from "./get-profile.ts";

/** The name stands in the metadata too, where tokens and older clients have it. */
export async function updateProfile(
  deps: AccountDeps,
  owner: SessionOwner,
  { name, metadata }: Pick<InputOf<typeof accounts.updateProfile>, "name" | "metadata">,
): Promise<OutputOf<typeof accounts.updateProfile>> {
  const { kysely, now, provider } = deps;
  const { userId } = owner.auditor.principal;
  const fields = [...(name === undefined ? [] : ["name"]), ...(metadata ? ["metadata"] : [])];
  const changes = { ...metadata, ...(name === undefined ? {} : { name }) };
  if (fields.length > 0) {
    await kysely
      .transaction()
      .execute(async (transaction) => {
        const change = { auditor: owner.auditor, now: now() };
        if (name !== undefined) await transaction.updateTable("users").set({ name }).where("id", "=", userId).execute();
        await auditAccount(transaction, change, { action: "user.changed", userId, details: { fields } });
        await provider.changeMetadata(transaction, owner, changes);
      })
      .catch(refusedAs(describeProfileChange));
  }
  return getProfile(deps, owner.auditor.principal, owner.accessToken);
}
