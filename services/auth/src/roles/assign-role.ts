import { type InputOf, notFound, type OutputOf, type roles, userIdOf } from "@gaia/contracts";
import { appendAuditEntry, type Auditor } from "@gaia/db";
import { announceAccessChange } from "../access/announce-access-change.ts";
import { findReachedUser } from "../access/find-reached-user.ts";
import { requireHeld } from "../access/gifts.ts";
import { toContext } from "../access/grant-context.ts";
import { openAccess } from "../access/open-access.ts";
import { readEnd } from "../access/read-end.ts";
import { requireAdministration } from "../access/require-administration.ts";
import type { AuthDeps } from "../deps.ts";
import { describeAssignment, placesOf } from "./describe-assignment.ts";
import { findAssignment, rowToAssignment, storeAssignment } from "./assignment-repository.ts";
import { findRoleGifts } from "./find-role-gifts.ts";
import { keepAnAdministrator } from "./keep-an-administrator.ts";
import { readUserName } from "./read-user-name.ts";
import { everything, lockRole } from "./role-repository.ts";

type Input = InputOf<typeof roles.assignRole>;

/** Gives a role in a context. Given again, it counts until the new end. */
export async function assignRole(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  caller: Auditor,
  input: Input,
): Promise<OutputOf<typeof roles.assignRole>> {
  const moment = now();
  const context = toContext(input);
  const name = readUserName(input);
  const expiresAt = readEnd(input.expires_at, moment);
  return kysely.transaction().execute(async (transaction) => {
    const access = await openAccess({ kysely: transaction, now }, caller.principal);
    const asking = { kysely: transaction, access };
    await requireAdministration(asking, "roles", context);
    const role = await lockRole(transaction, input.role_id);
    requireHeld(access, await findRoleGifts(transaction, role, moment), context);
    const user = await findReachedUser(asking, "roles", name);
    if (user === undefined) throw notFound("user");
    const assignment = { roleId: role.id, userId: user.id, context };
    const before = await findAssignment(transaction, assignment);
    await storeAssignment(transaction, assignment, {
      assigned_by: userIdOf(caller.principal),
      assigned_at: moment,
      expires_at: expiresAt,
    });
    const isShortened = before !== undefined && before.expires_at === null && expiresAt !== null;
    if (isShortened && role.name === everything && context.type === "global") {
      await keepAnAdministrator(transaction, moment);
    }
    const after = await findAssignment(transaction, assignment);
    if (after === undefined) throw notFound("assignment");
    const entry = {
      action: "role.assigned",
      target: { type: "role", id: role.id },
      targetUserId: user.id,
      ...placesOf(context),
      ...(before === undefined ? {} : { before: describeAssignment(role, before) }),
      after: describeAssignment(role, after),
    } as const;
    await appendAuditEntry(transaction, caller, entry, moment);
    await announceAccessChange(transaction, { userIds: [user.id], requestId: caller.requestId, now: moment });
    return rowToAssignment(after);
  });
}
