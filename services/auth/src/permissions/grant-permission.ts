import { type grants, notFound, userIdOf } from "@gaia/contracts";
import { appendAuditEntry, type Tables } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import type { Kysely } from "kysely";
import type { GrantContext } from "../access/access-facts.ts";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { findReachedUser } from "../access/find-reached-user.ts";
import { requireHeld } from "../access/gifts.ts";
import { toContext } from "../access/grant-context.ts";
import { loadFacts } from "../access/load-facts.ts";
import { type Access, openAccess } from "../access/open-access.ts";
import { readEnd } from "../access/read-end.ts";
import { requireAdministration } from "../access/require-administration.ts";
import { requireNotAbove } from "../access/require-not-above.ts";
import type { AuthDeps } from "../deps.ts";
import { isInContext } from "../roles/assignment-repository.ts";
import { placesOf } from "../roles/describe-assignment.ts";
import { toGift } from "../roles/find-role-gifts.ts";
import { keepAnAdministrator } from "../roles/keep-an-administrator.ts";
import { everything, findPermission } from "../roles/role-repository.ts";
import { describePermissionGrant } from "./describe-grant.ts";
import { type PermissionGrantRow, rowToPermissionGrant, selectPermissionGrants } from "./grant-repository.ts";

type Input = Extract<grants.GrantInput, { readonly principal_type: "user" }>;

/** Allows a user something in a context, or forbids it; the same once more replaces what was said before. */
export async function grantPermission(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  caller: Context,
  input: Input,
): Promise<grants.Grant> {
  const moment = now();
  const context = toContext(input);
  const expires_at = readEnd(input.expires_at, moment);
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, caller.principal);
    const asking = { kysely: transaction, access };
    await requireAdministration(asking, "permissions", context);
    const permission = await findPermission(transaction, input.permission_id);
    requireHeld(access, [toGift(permission)], context);
    const user = await findReachedUser(asking, "permissions", { id: input.principal_id });
    if (user === undefined) throw notFound("user", input.principal_id);
    const named = { userId: user.id, permissionId: permission.id, context };
    const before = await findGrant(transaction, named);
    const facts = { granted: input.granted, granted_at: moment, granted_by: userIdOf(caller.principal), expires_at };
    const store = () => storeGrant(transaction, named, facts);
    await (input.granted
      ? store()
      : forbid(asking, { userId: user.id, isAdministration: isAboutAdmin(permission) }, store));
    const after = await findGrant(transaction, named);
    if (after === undefined) throw notFound("grant");
    const entry = {
      action: input.granted ? "permission.granted" : "permission.denied",
      target: { type: "permission", id: permission.id },
      targetUserId: user.id,
      ...placesOf(context),
      ...(before === undefined ? {} : { before: describePermissionGrant(before) }),
      after: describePermissionGrant(after),
    } as const;
    await appendAuditEntry(transaction, caller, entry, moment);
    await announceAccessChange(transaction, { userIds: [user.id], requestId: caller.requestId, now: moment });
    return rowToPermissionGrant(after);
  });
}

function isAboutAdmin({ resource_type }: { readonly resource_type: string }): boolean {
  return resource_type === "admin";
}

/** A denial beats every role, so it can do what taking a role away cannot. */
async function forbid(
  { kysely, access }: { readonly kysely: Kysely<Tables>; readonly access: Access },
  { userId, isAdministration }: { readonly userId: string; readonly isAdministration: boolean },
  store: () => Promise<void>,
): Promise<void> {
  const target = await loadFacts({ kysely }, { kind: "user", userId });
  requireNotAbove(access, target);
  await store();
  const isAdministrator = target.roles.some(({ name }) => name === everything);
  if (isAdministration && isAdministrator) await keepAnAdministrator(kysely, access.now);
}

interface Named {
  readonly userId: string;
  readonly permissionId: string;
  readonly context: GrantContext;
}

async function findGrant(
  kysely: Kysely<Tables>,
  { userId, permissionId, context }: Named,
): Promise<PermissionGrantRow | undefined> {
  return selectPermissionGrants(kysely)
    .where("user_permissions.user_id", "=", userId)
    .where("user_permissions.permission_id", "=", permissionId)
    .where(isInContext("user_permissions", context))
    .executeTakeFirst();
}

async function storeGrant(
  transaction: Kysely<Tables>,
  { userId, permissionId, context }: Named,
  facts: {
    readonly granted: boolean;
    readonly granted_at: Date;
    readonly granted_by: string | null;
    readonly expires_at: Date | null;
  },
): Promise<void> {
  await transaction
    .insertInto("user_permissions")
    .values({
      user_id: userId,
      permission_id: permissionId,
      context_type: context.type,
      context_id: context.id,
      ...facts,
    })
    .onConflict((clash) => clash.columns(["user_id", "permission_id", "context_type", "context_id"]).doUpdateSet(facts))
    .execute();
}
