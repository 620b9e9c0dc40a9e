import { type InputOf, notFound, type roles } from "@gaia/contracts";
import { appendAuditEntry, type Auditor } from "@gaia/db";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { requireHeld } from "../access/gifts.ts";
import { toContext } from "../access/grant-context.ts";
import { openAccess } from "../access/open-access.ts";
import { requireAdministration } from "../access/require-administration.ts";
import type { AuthDeps } from "../deps.ts";
import { deleteAssignment, isInContext, selectAssignments } from "./assignment-repository.ts";
import { describeAssignment, placesOf } from "./describe-assignment.ts";
import { findRoleGifts } from "./find-role-gifts.ts";
import { keepAnAdministrator } from "./keep-an-administrator.ts";
import { isNamed, readUserName } from "./read-user-name.ts";
import { everything, lockRole } from "./role-repository.ts";

/** Takes a role back; from whoever holds it there, member or not. */
export async function unassignRole(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  caller: Auditor,
  input: InputOf<typeof roles.unassignRole>,
): Promise<void> {
  const moment = now();
  const context = toContext(input);
  const name = readUserName(input);
  await kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, caller.principal);
    await requireAdministration({ kysely: transaction, access }, "roles", context);
    const role = await lockRole(transaction, input.role_id);
    requireHeld(access, await findRoleGifts(transaction, role, moment), context);
    const before = await selectAssignments(transaction)
      .where("user_roles.role_id", "=", role.id)
      .where(isInContext("user_roles", context))
      .where(isNamed(name))
      .executeTakeFirst();
    if (before === undefined) throw notFound("assignment");
    await deleteAssignment(transaction, { roleId: role.id, userId: before.user_id, context });
    if (role.name === everything && context.type === "global") await keepAnAdministrator(transaction, moment);
    const entry = {
      action: "role.unassigned",
      target: { type: "role", id: role.id },
      targetUserId: before.user_id,
      ...placesOf(context),
      before: describeAssignment(role, before),
    } as const;
    await appendAuditEntry(transaction, caller, entry, moment);
    await announceAccessChange(transaction, { userIds: [before.user_id], requestId: caller.requestId, now: moment });
  });
}
