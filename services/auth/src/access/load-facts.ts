import type { Principal } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";
import { type AccessFacts, emptyFacts } from "./access-facts.ts";
import { loadGuestFacts, loadUserFacts, type OpenTo } from "./access-repository.ts";
import { scopesOfGrants } from "./scopes-of-grants.ts";

type KeyHolder = Extract<Principal, { readonly kind: "api-key" }>;

/** Of a principal what bears on the decision; or a person about whom somebody else asks. */
export type Asker =
  | Extract<Principal, { readonly kind: "service" }>
  | { readonly kind: "guest" }
  | { readonly kind: "user"; readonly userId: string }
  | Pick<KeyHolder, "kind" | "userId" | "apiKeyId" | "grants">;

/**
 * All that bears on what somebody may do, in one round trip to the database; services need none. Of public shares, of
 * which there may be very many, only those of what is asked about; they concern nothing else.
 */
export async function loadFacts(
  { kysely, now = () => new Date() }: Pick<AuthDeps, "kysely"> & Partial<Pick<AuthDeps, "now">>,
  asker: Asker,
  about: OpenTo | null = null,
): Promise<AccessFacts> {
  const wanted = { about, now: now() };
  switch (asker.kind) {
    case "service":
      return emptyFacts(asker);
    case "guest":
      return loadGuestFacts(kysely, wanted);
    case "user":
      return loadUserFacts(kysely, { userId: asker.userId, key: null }, wanted);
    case "api-key": {
      const key = { id: asker.apiKeyId, scopes: scopesOfGrants(asker.grants) };
      return loadUserFacts(kysely, { userId: asker.userId, key }, wanted);
    }
  }
}
