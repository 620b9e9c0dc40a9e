import { grants, roles } from "@gaia/contracts";
import { type Binding, implement } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { createPermission } from "./create-permission.ts";
import { deletePermission } from "./delete-permission.ts";
import { grantOnResource } from "./grant-on-resource.ts";
import { grantPermission } from "./grant-permission.ts";
import { listGrants } from "./list-grants.ts";
import { listPermissions } from "./list-permissions.ts";
import { withdrawGrant } from "./withdraw-grant.ts";

export const permissionHandlers = (deps: Pick<AuthDeps, "kysely" | "now">): Binding[] => [
  implement(roles.listPermissions, (context, input) => listPermissions(deps, context, input)),
  implement(roles.createPermission, (context, input) => createPermission(deps, context, input)),
  implement(roles.deletePermission, async (context, input) => {
    await deletePermission(deps, context, input);
    return {};
  }),
  implement(grants.listGrants, (context, input) => listGrants(deps, context, input)),
  implement(grants.createGrant, (context, input) =>
    input.principal_type === "user" ? grantPermission(deps, context, input) : grantOnResource(deps, context, input),
  ),
  implement(grants.withdrawGrant, async (context, input) => {
    await withdrawGrant(deps, context, input);
    return {};
  }),
];
