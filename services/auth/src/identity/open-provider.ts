import { GaiaError } from "@gaia/contracts";
import type { IdentityDeps } from "./identity-deps.ts";

/**
 * The identity provider, once it is sure that there is one: with a Supabase project there is none here, and a schema
 * `auth` of somebody else's is not touched.
 */
export async function openProvider(deps: IdentityDeps | null): Promise<IdentityDeps> {
  if (deps === null) {
    throw new GaiaError("NOT_FOUND", "Accounts are kept by the Supabase project; ask it", {
      reason: "identity.provider_elsewhere",
    });
  }
  if (await deps.hasOwnSchema()) return deps;
  throw new GaiaError("NOT_IMPLEMENTED", "The database's schema `auth` is not Gaia's: set SUPABASE_URL", {
    reason: "identity.foreign_schema",
  });
}
