import type { Principal } from "@gaia/contracts";
import { loadFacts } from "../../access/load-facts.ts";
import { openAccess } from "../../access/open-access.ts";
import { requireNotAbove } from "../../access/require-not-above.ts";
import type { IdentityDeps } from "../identity-deps.ts";

/**
 * Throws where the account belongs to somebody who administers more than the caller: whoever sets a password or address
 * can sign in with it.
 */
export async function requireAdministrable(
  deps: Pick<IdentityDeps, "kysely" | "now">,
  principal: Principal,
  userId: string,
): Promise<void> {
  if (principal.kind === "service") return;
  const access = await openAccess(deps, principal);
  requireNotAbove(access, await loadFacts(deps, { kind: "user", userId }));
}
