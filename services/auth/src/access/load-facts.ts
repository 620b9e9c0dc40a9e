import type { Principal } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";
import { type AccessFacts, emptyFacts } from "./access-facts.ts";
import { loadGuestFacts, loadUserFacts } from "./access-repository.ts";
import { scopesOfGrants } from "./scopes-of-grants.ts";

type KeyHolder = Extract<Principal, { readonly kind: "api-key" }>;

/** Of a principal what bears on the decision; or a person about whom somebody else asks. */
export type Asker =
  | Extract<Principal, { readonly kind: "service" }>
  | { readonly kind: "guest" }
  | { readonly kind: "user"; readonly userId: string }
  | Pick<KeyHolder, "kind" | "userId" | "apiKeyId" | "grants">;

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
