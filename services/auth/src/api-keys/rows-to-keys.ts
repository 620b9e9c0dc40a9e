import type { ApiKey } from "@gaia/contracts";
import * as z from "zod";
import { scopesOfGrants } from "../access/scopes-of-grants.ts";
import type { StoredKey } from "./api-key-repository.ts";
import type { KeyBounds } from "./key-bounds.ts";

/** `api_keys.permissions`, in which the original stored this and that. */
export const StoredGrants = z.union([z.record(z.string(), z.unknown()), z.array(z.string())]).catch({});

export function rowToKey(row: StoredKey): ApiKey {
  const { id, user_id, name, prefix, requests_per_minute, tokens_per_minute, is_active } = row;
  const { scopes, expiresAt } = boundsOf(row);
  return {
    id,
    user_id,
    name,
    prefix,
    scopes: scopes === null ? null : [...scopes],
    requests_per_minute,
    tokens_per_minute,
    created_at: row.created_at?.toISOString() ?? null,
    expires_at: expiresAt?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    is_active,
  };
}

export function boundsOf(row: StoredKey): KeyBounds {
  return {
    scopes: scopesOfGrants(StoredGrants.parse(row.grants)),
    expiresAt: row.expires_at,
    requestsPerMinute: row.requests_per_minute,
    tokensPerMinute: row.tokens_per_minute,
  };
}

/** For the audit trail: all that was decided about a key, and nothing of the key. */
export function describeKey({ name, ...bounds }: KeyBounds & { readonly name: string | null }) {
  return {
    name,
    scopes: bounds.scopes,
    expires_at: bounds.expiresAt?.toISOString() ?? null,
    requests_per_minute: bounds.requestsPerMinute,
    tokens_per_minute: bounds.tokensPerMinute,
  };
}
