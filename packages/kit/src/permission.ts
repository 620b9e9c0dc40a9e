import { isPermission, type Permission, permissions, type Principal } from "@gaia/contracts";

export interface Decision {
  readonly allowed: boolean;
  /** What decided, for people and the log; which rule it was, `auth.explain-access` tells. */
  readonly because: string;
}

/**
 * May this principal do what a route asks? Whatever is not known is refused. Roles, grants and scopes have been asked
 * when the principal was found (`services/auth/src/access`), so that this costs a request nothing.
 */
export function can(principal: Principal, permission: Permission): Decision {
  if (!isPermission(permission)) return refuse("unknown permission");
  const { decidedBy } = permissions[permission];
  if (decidedBy === "everyone") return allow("public");
  if (principal.kind === "service") return allow("service");
  switch (decidedBy) {
    case "services":
      return refuse("services only");
    case "session":
      return principal.kind === "user" ? allow("one's own account") : refuse("a session is needed");
    case "account":
      return principal.kind === "guest" ? refuse("an account is needed") : allow("an account");
    default:
      return principal.permissions.includes(permission) ? allow("roles and grants") : refuse("no rule allows it");
  }
}

function allow(because: string): Decision {
  return { allowed: true, because };
}

function refuse(because: string): Decision {
  return { allowed: false, because };
}
