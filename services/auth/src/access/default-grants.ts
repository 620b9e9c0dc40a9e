/** The contract's actions on resources. Those of type `admin` (`users`, `roles`, …) come from roles only. */
export const everyAction = ["read", "write", "delete", "share", "admin", "access", "create"] as const;

/** What people make, and what can therefore belong to somebody. `api` and `admin` belong to nobody. */
export const contentTypes = ["kb", "chat", "asset", "conversation", "persona"] as const;

interface DefaultGrant {
  readonly types: readonly string[];
  readonly actions: readonly string[];
}

interface TeamRoleGrant extends DefaultGrant {
  /** Whether the role counts in the teams below as well. Members see more by joining, not by belonging further up. */
  readonly reachesBelow: boolean;
  /** Whether the role counts although the team is switched off: somebody must be able to switch it on again. */
  readonly evenClosed: boolean;
}

/** An owner of a resource may do everything with it, by the contract. */
export const ownerGrants: DefaultGrant = {
  types: [...contentTypes, "workspace", "account", "api-key", "share"],
  actions: everyAction,
};

/**
 * What a role in a team allows on the team's resources, and on the team itself (type `team`). A role that is not here
 * allows nothing, and neither does a missing one.
 */
export const teamRoleGrants: ReadonlyMap<string, readonly TeamRoleGrant[]> = new Map([
  [
    "owner",
    [
      { types: contentTypes, actions: everyAction, reachesBelow: true, evenClosed: false },
      { types: ["team"], actions: everyAction, reachesBelow: true, evenClosed: true },
    ],
  ],
  [
    "admin",
    [
      { types: contentTypes, actions: everyAction, reachesBelow: true, evenClosed: false },
      { types: ["team"], actions: ["read", "write", "share", "admin"], reachesBelow: true, evenClosed: false },
    ],
  ],
  [
    "member",
    [
      { types: contentTypes, actions: ["read", "write", "create"], reachesBelow: false, evenClosed: false },
      { types: ["team"], actions: ["read"], reachesBelow: false, evenClosed: false },
    ],
  ],
  ["viewer", [{ types: [...contentTypes, "team"], actions: ["read"], reachesBelow: false, evenClosed: false }]],
]);

/** Workspaces are flat: every member may do the same. Sharing on and managing stay with the workspace's owner. */
export const workspaceMemberGrants: readonly DefaultGrant[] = [
  { types: contentTypes, actions: ["read", "write", "delete", "create"] },
  { types: ["workspace"], actions: ["read"] },
];

export function isGranted(
  grants: readonly DefaultGrant[],
  { type, action }: { readonly type: string; readonly action: string },
): boolean {
  return grants.some((grant) => grant.types.includes(type) && grant.actions.includes(action));
}
