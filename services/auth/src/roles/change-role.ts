import { conflict, type InputOf, type OutputOf, type roles } from "@gaia/contracts";
import { appendAuditEntry } from "@gaia/db";
import type { Context } from "@gaia/kit/context";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { requireHeld } from "../access/gifts.ts";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { pickChanges } from "../members/pick-changes.ts";
import { findRoleGifts } from "./find-role-gifts.ts";
import { everything, findRole, findRoleHolders, lockRole } from "./role-repository.ts";

const everywhere = { type: "global", id: "global" } as const;

/** Switching a role on gives to its holders what it means, and off takes it: whoever does that must hold all of it. */
export async function changeRole(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  context: Context,
  { role_id: roleId, display_name, description, is_active }: InputOf<typeof roles.changeRole>,
): Promise<OutputOf<typeof roles.changeRole>> {
  const moment = now();
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, context.principal);
    access.require("roles", { type: "admin" });
    const role = await lockRole(transaction, roleId);
    const { before, after } = pickChanges(
      { display_name: role.display_name, description: role.description, is_active: role.is_active },
      { display_name, description, is_active },
    );
    if (Object.keys(before).length === 0) return findRole(transaction, access, roleId);
    if (after.is_active !== undefined) {
      requireHeld(access, await findRoleGifts(transaction, role, moment), everywhere);
      if (role.name === everything && !after.is_active) throw lastAdministrator();
    }
    await transaction
      .updateTable("roles")
      .set({ ...after, updated_at: moment })
      .where("id", "=", roleId)
      .execute();
    const entry = { action: "role.changed", target: { type: "role", id: roleId }, before, after } as const;
    await appendAuditEntry(transaction, context, entry, moment);
    const userIds = after.is_active === undefined ? [] : await findRoleHolders(transaction, role);
    await announceAccessChange(transaction, { userIds, requestId: context.requestId, now: moment });
    return findRole(transaction, access, roleId);
  });
}

function lastAdministrator(): Error {
  return conflict("role.last_administrator", "Without this role nobody could administer anything");
}
