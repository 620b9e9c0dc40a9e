import {
  access,
  accounts,
  apiKeys,
  auditTrail,
  auth,
  chat,
  gateway,
  grants,
  invitations,
  roles,
  shares,
  teams,
  workspaces,
} from "@gaia/contracts";

/** What a client can call, by the names of the contracts' modules. */
export const domains = {
  access,
  accounts,
  apiKeys,
  auditTrail,
  auth,
  chat,
  gateway,
  grants,
  invitations,
  roles,
  shares,
  teams,
  workspaces,
} as const;
