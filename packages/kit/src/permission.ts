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
      if (permission === "account:own") return refuse("a session is needed");
      if (permission === "user:administer" && isAdministratorKey(principal)) return allow("an administrator's key");
      return permitPerson(permission);
    case "user":
      return permission === "account:own" ? allow("one's own account") : permitPerson(permission);
  }
}

function permitPerson(permission: Permission): Decision {
  if (permission === "internal") return refuse("services only");
  if (permission === "user:administer") return refuse("administrators only");
  return allow("a user");
}

/** Keys of the original have flags, newer ones a list of scopes. Only what is certain counts. */
function isAdministratorKey({ grants }: Extract<Principal, { readonly kind: "api-key" }>): boolean {
  return Array.isArray(grants) ? grants.includes("admin") : grants["admin"] === true;
}

function allow(because: string): Decision {
  return { allowed: true, because };
}

function refuse(because: string): Decision {
  return { allowed: false, because };
}
