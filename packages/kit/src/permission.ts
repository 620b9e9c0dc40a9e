import { isPermission, type Permission, type Principal } from "@gaia/contracts";

export interface Decision {
  readonly allowed: boolean;
  /** The rule that decided, for people and the audit trail. */
  readonly because: string;
}

/** The one permission decision: may this principal do this? Whatever is not known is refused. */
export function can(principal: Principal, permission: Permission): Decision {
  if (!isPermission(permission)) return refuse("unknown permission");
  if (permission === "public") return allow("public");
  switch (principal.kind) {
    case "service":
      return allow("service");
    case "guest":
      return refuse("no credentials");
    case "api-key":
    case "user":
      return permission === "internal" ? refuse("services only") : allow("a user");
  }
}

function allow(because: string): Decision {
  return { allowed: true, because };
}

function refuse(because: string): Decision {
  return { allowed: false, because };
}
