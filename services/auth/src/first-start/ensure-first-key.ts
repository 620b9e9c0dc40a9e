import { countUsableKeys, findKeyByHash, insertKey } from "../api-keys/api-key-repository.ts";
import { issueApiKey } from "../api-keys/issue-api-key.ts";
import { shownPrefix } from "../api-keys/key-secret.ts";
import type { AuthDeps } from "../deps.ts";
import { findUserByEmail, insertUser } from "../users/user-repository.ts";
import { developmentEmail, developmentKey, developmentKeyHash } from "./development-key.ts";

const adminEmail = "admin@gaia.local";

export type FirstKey =
  | { readonly kind: "development"; readonly secret: string }
  | { readonly kind: "created"; readonly secret: string; readonly email: string }
  | { readonly kind: "exists" };

/**
 * Makes sure that somebody can call: in development the well-known key works; elsewhere the first start creates an
 * administrator with a random key, which is told this once.
 */
export async function ensureFirstKey(
  deps: Pick<AuthDeps, "kysely" | "now" | "isDevelopmentKeyAllowed">,
): Promise<FirstKey> {
  if (deps.isDevelopmentKeyAllowed && (await ensureDevelopmentKey(deps))) {
    return { kind: "development", secret: developmentKey };
  }
  if ((await countUsableKeys(deps.kysely, developmentKeyHash)) > 0) return { kind: "exists" };
  await insertUser(deps.kysely, { email: adminEmail, name: "Administrator" });
  const input = { email: adminEmail, name: "First administrator key", isAdmin: true, expiresAt: null };
  const { secret } = await issueApiKey(deps, input);
  return { kind: "created", secret, email: adminEmail };
}

/** False where the well-known key is stored but was switched off: then it stays so. */
async function ensureDevelopmentKey({ kysely }: Pick<AuthDeps, "kysely">): Promise<boolean> {
  const known = await findKeyByHash(kysely, developmentKeyHash);
  if (known !== undefined) return known.isUsable;
  await insertUser(kysely, { email: developmentEmail, name: "Local Development User" });
  const user = await findUserByEmail(kysely, developmentEmail);
  if (user === undefined) throw new Error("The development user could not be created");
  await insertKey(kysely, {
    id: crypto.randomUUID(),
    userId: user.id,
    keyHash: developmentKeyHash,
    prefix: shownPrefix(developmentKey),
    name: "Local Development API Key",
    grants: { admin: true, environment: "local" },
    expiresAt: null,
  });
  return true;
}
