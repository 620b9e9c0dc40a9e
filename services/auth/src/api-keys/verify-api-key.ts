import { timingSafeEqual } from "node:crypto";
import { auth, type Principal } from "@gaia/contracts";
import type { AuthDeps } from "../deps.ts";
import { findHeldPermissions } from "../access/find-held-permissions.ts";
import { isUserBanned } from "../identity/accounts/is-user-banned.ts";
import { isProjectUserBanned } from "../supabase/is-project-token-over.ts";
import { findKeyByHash, stampKeyUse } from "./api-key-repository.ts";
import { StoredGrants } from "./rows-to-keys.ts";

export interface VerifiedKey {
  readonly principal: Principal | null;
  /** Unix seconds. */
  readonly expiresAt: number | null;
}

const unknown: VerifiedKey = { principal: null, expiresAt: null };

/** The principal of a key, or `null` for unknown, inactive and expired keys and those of banned users alike. */
export async function verifyApiKey(
  deps: Pick<AuthDeps, "kysely" | "now" | "background" | "isDevelopmentKeyAllowed" | "identity" | "supabase">,
  input: { readonly keyHash: string },
): Promise<VerifiedKey> {
  const key = await findKeyByHash(deps.kysely, input.keyHash);
  if (key === undefined || !isSameHash(key.keyHash, input.keyHash) || !key.isUsable) return unknown;
  if (key.keyHash === auth.developmentKeyHash && !deps.isDevelopmentKeyAllowed) return unknown;
  if (await isUserBanned(deps.identity, key.userId)) return unknown;
  if (await isProjectUserBanned(deps, key.userId)) return unknown;
  deps.background.run("stamp key use", stampKeyUse(deps.kysely, key.id));
  const holder = {
    kind: "api-key" as const,
    userId: key.userId,
    apiKeyId: key.id,
    grants: StoredGrants.parse(key.grants),
  };
  const { endsAt, ...held } = await findHeldPermissions(deps, holder);
  const limits = { requestsPerMinute: key.requestsPerMinute, tokensPerMinute: key.tokensPerMinute };
  return {
    principal: { ...holder, email: key.email, limits, ...held },
    expiresAt: firstOf(key.expiresAtSeconds, endsAt),
  };
}

function firstOf(keyEnd: number | null, grantEnd: Date | null): number | null {
  const ends = [...(keyEnd === null ? [] : [keyEnd]), ...(grantEnd === null ? [] : [grantEnd.getTime() / 1000])];
  return ends.length === 0 ? null : Math.floor(Math.min(...ends));
}

/**
 * That the row found is the row asked for, which no collation or driver may loosen. It hides no timing: the database's
 * index has compared before, and may do so, because what it compares is the SHA-256 of a guess, which nobody can steer.
 */
function isSameHash(stored: string, given: string): boolean {
  const left = Buffer.from(stored);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
