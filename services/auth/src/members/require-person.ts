import { forbidden, userIdOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";

/** The person who asks: what somebody will own or join needs one, and a service is none. */
export function requirePerson({ principal }: Pick<Context, "principal">, permission: string): string {
  const userId = userIdOf(principal);
  if (userId === null) throw forbidden(permission);
  return userId;
}
