import type { AccessRule } from "../statement.ts";
import { inactiveUser } from "./inactive-user.ts";
import { keyScopes } from "./key-scopes.ts";
import { teamRoles, workspaceMembers } from "./memberships.ts";
import { publicNamespace, sharedNamespace } from "./open-namespaces.ts";
import { ownedResource, ownNamespace } from "./ownership.ts";
import { resourcePermissions, shares } from "./resource-grants.ts";
import { roleGrants } from "./role-grants.ts";
import { services } from "./services.ts";
import { userDenials, userPermissions } from "./user-permissions.ts";

/** Any of them refuses, whatever else is true. The order decides only which one is named. */
export const forbiddingRules: readonly AccessRule[] = [inactiveUser, userDenials, keyScopes];

/** Any of them is enough, where nothing forbids. The order decides only which one is named. */
export const allowingRules: readonly AccessRule[] = [
  services,
  ownNamespace,
  ownedResource,
  roleGrants,
  userPermissions,
  resourcePermissions,
  shares,
  teamRoles,
  workspaceMembers,
  sharedNamespace,
  publicNamespace,
];
