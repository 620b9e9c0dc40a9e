import { roles } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { assignRole } from "./assign-role.ts";
import { addRolePermission, removeRolePermission } from "./change-role-permission.ts";
import { changeRole } from "./change-role.ts";
import { createRole } from "./create-role.ts";
import { deleteRole } from "./delete-role.ts";
import { listAssignments, listOwnRoles } from "./list-assignments.ts";
import { getRole, listRoles } from "./list-roles.ts";
import { unassignRole } from "./unassign-role.ts";

export const roleHandlers = (deps: Pick<AuthDeps, "kysely" | "now">): Binding[] => [
  implement(roles.listRoles, (context, input) => listRoles(deps, context, input)),
  implement(roles.createRole, (context, input) => createRole(deps, context, input)),
  implement(roles.getRole, (context, input) => getRole(deps, context, input)),
  implement(roles.changeRole, (context, input) => changeRole(deps, context, input)),
  implement(roles.deleteRole, async (context, input) => {
    await deleteRole(deps, context, input);
    return {};
  }),
  implement(roles.addRolePermission, (context, input) => addRolePermission(deps, context, input)),
  implement(roles.removeRolePermission, async (context, input) => {
    await removeRolePermission(deps, context, input);
    return {};
  }),
  implement(roles.listAssignments, (context, input) => listAssignments(deps, context, input)),
  implement(roles.assignRole, (context, input) => assignRole(deps, context, input)),
  implement(roles.unassignRole, async (context, input) => {
    await unassignRole(deps, context, input);
    return {};
  }),
  implement(roles.listOwnRoles, (context) => listOwnRoles(deps, context)),
];
