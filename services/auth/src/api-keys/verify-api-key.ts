import { timingSafeEqual } from "node:crypto";
import { auth, type Principal } from "@gaia/contracts";
import * as z from "zod";
import type { AuthDeps } from "../deps.ts";
import { isUserBanned } from "../identity/accounts/is-user-banned.ts";
import { findKeyByHash, stampKeyUse } from "./api-key-repository.ts";

const Grants = z.union([z.record(z.string(), z.unknown()), z.array(z.string())]);

/** The principal of a key, or `null` for unknown, inactive and expired keys and those of banned users alike. */
export async function verifyApiKey(
  deps: Pick<AuthDeps, "kysely" | "background" | "isDevelopmentKeyAllowed" | "identity">,
  input: { readonly keyHash: string },
): Promise<Principal | null> {
  const key = await findKeyByHash(deps.kysely, input.keyHash);
  if (key === undefined || !isSameHash(key.keyHash, input.keyHash) || !key.isUsable) return null;
  if (key.keyHash === auth.developmentKeyHash && !deps.isDevelopmentKeyAllowed) return null;
  if (await isUserBanned(deps.identity, key.userId)) return null;
  deps.background.run("stamp key use", stampKeyUse(deps.kysely, key.id));
  const grants = Grants.safeParse(key.grants);
  return {
    kind: "api-key",
    userId: key.userId,
    email: key.email,
    apiKeyId: key.id,
    grants: grants.success ? grants.data : {},
  };
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
