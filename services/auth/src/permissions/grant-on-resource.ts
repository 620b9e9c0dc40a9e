import { type grants, notFound, userIdOf } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { requireHeld } from "../access/gifts.ts";
import { administrationOf } from "../access/grant-context.ts";
import { openAccess } from "../access/open-access.ts";
import { readEnd } from "../access/read-end.ts";
import { requireAdministration } from "../access/require-administration.ts";
import type { AuthDeps } from "../deps.ts";
import { lockRole } from "../roles/role-repository.ts";
import { describeResourceGrant, placesOfGrantee } from "./describe-grant.ts";
import { findGrantees } from "./find-grantees.ts";
import { type ResourceGrantRow, rowToResourceGrant, selectResourceGrants } from "./grant-repository.ts";
import { giftsOf } from "./withdraw-grant.ts";

type Input = Exclude<grants.GrantInput, { readonly principal_type: "user" }>;

/**
 * Allows the members of a team or workspace, or the holders of a role, some actions on a resource. Both the resource and
 * those who get it must be the asker's to administer, so that nothing goes from one team to another.
 */
export async function grantOnResource(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  caller: Context,
  input: Input,
): Promise<grants.Grant> {
  const moment = now();
  const { principal_type, principal_id, resource_type, resource } = input;
  const actions = [...new Set(input.actions)];
  const expires_at = readEnd(input.expires_at, moment);
  const named = { principal_type, principal_id, resource_type, resource };
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, caller.principal);
    const context =
      principal_type === "role"
        ? ({ type: "global", id: "global" } as const)
        : ({ type: principal_type, id: principal_id } as const);
    await requireAdministration({ kysely: transaction, access }, "permissions", context);
    if (principal_type === "role") await lockRole(transaction, principal_id);
    access.require("permissions", administrationOf({ type: "resource", id: resource }));
    requireHeld(access, giftsOf({ resource_type, resource, actions }), { type: "global", id: "global" });
    const before = await findGrant(transaction, named);
    const facts = {
      permissions: actions,
      granted_at: moment,
      granted_by: userIdOf(caller.principal),
      expires_at,
    };
    await transaction
      .insertInto("resource_permissions")
      .values({ principal_type, principal_id, resource_type, resource_id: resource, ...facts })
      .onConflict((clash) =>
        clash.columns(["resource_type", "resource_id", "principal_type", "principal_id"]).doUpdateSet(facts),
      )
      .execute();
    const after = await findGrant(transaction, named);
    if (after === undefined) throw notFound("grant");
    const entry = {
      action: "permission.granted",
      target: { type: principal_type, id: principal_id },
      ...placesOfGrantee(after),
      ...(before === undefined ? {} : { before: describeResourceGrant(before) }),
      after: describeResourceGrant(after),
    } as const;
    await appendAuditEntry(transaction, caller, entry, moment);
    const userIds = await findGrantees(transaction, after);
    await announceAccessChange(transaction, { userIds, requestId: caller.requestId, now: moment });
    return rowToResourceGrant(after);
  });
}

async function findGrant(
  kysely: Kysely<Tables>,
  named: Pick<Input, "principal_type" | "principal_id" | "resource_type" | "resource">,
): Promise<ResourceGrantRow | undefined> {
  return selectResourceGrants(kysely)
    .where("principal_type", "=", named.principal_type)
    .where("principal_id", "=", named.principal_id)
    .where("resource_type", "=", named.resource_type)
    .where("resource_id", "=", named.resource)
    .executeTakeFirst();
}
