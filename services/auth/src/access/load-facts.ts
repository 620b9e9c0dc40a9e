import type { Principal } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";
import { type AccessFacts, emptyFacts } from "./access-facts.ts";
import { loadGuestFacts, loadUserFacts } from "./access-repository.ts";
import { scopesOfGrants } from "./scopes-of-grants.ts";

/** A principal, or a person about whom somebody else asks. */
export type Asker = Principal | { readonly kind: "user"; readonly userId: string };

/** All that bears on what somebody may do, in one round trip to the database; services need none. */
export async function loadFacts({ kysely }: Pick<AuthDeps, "kysely">, asker: Asker): Promise<AccessFacts> {
  switch (asker.kind) {
    case "service":
      return emptyFacts(asker);
    case "guest":
      return loadGuestFacts(kysely);
    case "user":
      return loadUserFacts(kysely, asker.userId, null);
    case "api-key": {
      const key = { id: asker.apiKeyId, scopes: scopesOfGrants(asker.grants) };
      return loadUserFacts(kysely, asker.userId, key);
    }
  }
}
