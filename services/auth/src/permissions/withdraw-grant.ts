import { type grants, type InputOf, notFound } from "@gaia/contracts";
import { appendAuditEntry, type AuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { type Gift, requireHeld } from "../access/gifts.ts";
import { administrationOf, readContext } from "../access/grant-context.ts";
import { type Access, openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { administeredColumns } from "../roles/administered-columns.ts";
import { placesOf } from "../roles/describe-assignment.ts";
import { toGift } from "../roles/find-role-gifts.ts";
import { describePermissionGrant, describeResourceGrant, placesOfGrantee } from "./describe-grant.ts";
import { findGrantees } from "./find-grantees.ts";
import { granteeColumns, selectPermissionGrants, selectResourceGrants } from "./grant-repository.ts";

const question = { type: "admin", action: "permissions" };
const everywhere = { type: "global", id: "global" } as const;

interface Withdrawing {
  readonly transaction: Kysely<Tables>;
  readonly access: Access;
}

interface Withdrawn {
  readonly entry: AuditEntry;
  readonly userIds: readonly string[] | null;
}

/**
 * Taking a denial back gives, and taking a grant back takes; either asks for having it. What one does not administer
 * does not exist.
 */
export async function withdrawGrant(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  caller: Context,
  { grant_id: id }: InputOf<typeof grants.withdrawGrant>,
): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, caller.principal);
    const withdrawing = { transaction, access };
    const withdrawn = (await withdrawPermission(withdrawing, id)) ?? (await withdrawFromResource(withdrawing, id));
    if (withdrawn === undefined) throw notFound("grant", id);
    await appendAuditEntry(transaction, caller, withdrawn.entry, access.now);
    const { userIds } = withdrawn;
    await announceAccessChange(transaction, { userIds, requestId: caller.requestId, now: access.now });
  });
}

async function withdrawPermission({ transaction, access }: Withdrawing, id: string): Promise<Withdrawn | undefined> {
  const grant = await selectPermissionGrants(transaction)
    .where("user_permissions.id", "=", id)
    .where(access.filter(question, administeredColumns("user_permissions")))
    .forUpdate("user_permissions")
    .executeTakeFirst();
  if (grant === undefined) return undefined;
  const context = readContext(grant.context_type, grant.context_id);
  requireHeld(access, [toGift(grant)], context);
  await transaction.deleteFrom("user_permissions").where("id", "=", id).execute();
  const entry: AuditEntry = {
    action: "permission.withdrawn",
    target: { type: "permission", id: grant.permission_id },
    targetUserId: grant.user_id,
    ...placesOf(context),
    before: describePermissionGrant(grant),
  };
  return { entry, userIds: [grant.user_id] };
}

async function withdrawFromResource({ transaction, access }: Withdrawing, id: string): Promise<Withdrawn | undefined> {
  const grant = await selectResourceGrants(transaction)
    .where("resource_permissions.id", "=", id)
    .where(access.filter(question, granteeColumns))
    .forUpdate()
    .executeTakeFirst();
  if (grant === undefined) return undefined;
  access.require("permissions", administrationOf({ type: "resource", id: grant.resource }));
  requireHeld(access, giftsOf(grant), everywhere);
  await transaction.deleteFrom("resource_permissions").where("id", "=", id).execute();
  const entry: AuditEntry = {
    action: "permission.withdrawn",
    target: { type: grant.principal_type, id: grant.principal_id },
    ...placesOfGrantee(grant),
    before: describeResourceGrant(grant),
  };
  return { entry, userIds: await findGrantees(transaction, grant) };
}

/** What a grant on a resource lets somebody do. */
export function giftsOf(grant: {
  readonly resource_type: string;
  readonly resource: string;
  readonly actions: readonly string[];
}): Gift[] {
  const { resource_type, resource, actions } = grant;
  return actions.map((action) => ({ kind: "permission", type: resource_type, action, path: resource }));
}
