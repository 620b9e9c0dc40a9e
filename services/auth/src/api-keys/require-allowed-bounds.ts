import { GaiaError, invalidCredentials, type KeyLimits, type Principal } from "@gaia/contracts";
import type { Access } from "../access/open-access.ts";
import type { StoredKey } from "./api-key-repository.ts";
import { findWider, type KeyBound, type KeyBounds } from "./key-bounds.ts";
import { boundsOf } from "./rows-to-keys.ts";

interface Wish {
  readonly after: KeyBounds;
  /** Nothing for a new key. */
  readonly before: KeyBounds | null;
  /** The key that asks; `null` for a session. */
  readonly caller: KeyBounds | null;
}

/**
 * Nobody gives a key more than they have. A key gives no scopes, no time and no rate beyond its own, and widens the scopes
 * of none; who has a session gives anything of its user, but only administrators more than the installation's limits.
 */
export function requireAllowedBounds(
  { access, keyLimits }: { readonly access: Access; readonly keyLimits: KeyLimits },
  { after, before, caller }: Wish,
): void {
  const grown = before === null ? null : findWider(after, before);
  const isGrown = (bound: KeyBound) => grown?.includes(bound) ?? true;
  if (caller !== null) {
    const beyond = findWider(after, caller).find(isGrown);
    if (beyond !== undefined) throw refusal(beyond, "A key gives no more than it has");
    if (grown?.includes("scopes") === true) throw refusal("scopes", "A key cannot widen what a key may do");
  }
  const installation = { scopes: null, expiresAt: null, ...keyLimits };
  const beyond = findStated(after, installation).find(isGrown);
  if (beyond === undefined || access.decide("users", { type: "admin" }).allowed) return;
  throw refusal(beyond, "Only an administrator raises the limits of this installation");
}

// A key that states nothing is not above the installation's limits: they count for it.
function findStated(bounds: KeyBounds, installation: KeyBounds): readonly KeyBound[] {
  return findWider(bounds, installation).filter((bound) => bounds[bound] !== null);
}

const fields: Readonly<Record<KeyBound, string>> = {
  scopes: "scopes",
  expiresAt: "expires_at",
  requestsPerMinute: "requests_per_minute",
  tokensPerMinute: "tokens_per_minute",
};

function refusal(bound: KeyBound, why: string): GaiaError {
  return new GaiaError("FORBIDDEN", `${why}: ${fields[bound]}`, {
    reason: "api_key.too_wide",
    details: { field: fields[bound] },
  });
}

/** Of the locked keys that of the caller: one that was taken away meanwhile leaves nothing behind. */
export function boundsOfCaller(principal: Principal, locked: readonly StoredKey[]): KeyBounds | null {
  if (principal.kind !== "api-key") return null;
  const key = locked.find(({ id }) => id === principal.apiKeyId);
  if (key?.is_active !== true) throw invalidCredentials();
  return boundsOf(key);
}
