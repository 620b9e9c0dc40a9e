import { auth } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { sql, type Transaction } from "kysely";
import { makeAdministrator } from "../access/make-administrator.ts";
import { countUsableKeys, findKeyByHash, insertKey } from "../api-keys/api-key-repository.ts";
import { issueApiKeyWithin } from "../api-keys/issue-api-key.ts";
import { shownPrefix } from "../api-keys/key-secret.ts";
import type { AuthDeps } from "../deps.ts";
import { findUserByEmail, insertUser } from "../users/user-repository.ts";
import { developmentEmail, developmentKey } from "./development-key.ts";

const adminEmail = "admin@gaia.local";

export type FirstKey =
  | { readonly kind: "development"; readonly secret: string }
  | { readonly kind: "created"; readonly secret: string; readonly email: string }
  | { readonly kind: "exists" };

// Any fixed number will do, as long as it never changes.
const firstKeyLock = 4_716_982_036;

/**
 * Makes sure that somebody can call: in development the well-known key works; elsewhere the first start creates an
 * administrator with a random key, which is told this once. Of processes that start together, one is first.
 */
export async function ensureFirstKey(
  deps: Pick<AuthDeps, "kysely" | "now" | "isDevelopmentKeyAllowed">,
): Promise<FirstKey> {
  return deps.kysely.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${firstKeyLock})`.execute(transaction);
    if (deps.isDevelopmentKeyAllowed && (await ensureDevelopmentKey(transaction, deps))) {
      return { kind: "development", secret: developmentKey };
    }
    return ensureAdministratorKey(transaction, deps);
  });
}

async function ensureAdministratorKey(
  transaction: Transaction<Tables>,
  { now }: Pick<AuthDeps, "now">,
): Promise<FirstKey> {
  if ((await countUsableKeys(transaction, auth.developmentKeyHash)) > 0) return { kind: "exists" };
  await insertUser(transaction, { email: adminEmail, name: "Administrator" });
  const input = { email: adminEmail, name: "First administrator key", isAdmin: true, expiresAt: null };
  const { secret } = await issueApiKeyWithin({ transaction, now }, input);
  return { kind: "created", secret, email: adminEmail };
}

/** False where the well-known key is stored but was switched off: then it stays so. */
async function ensureDevelopmentKey(
  transaction: Transaction<Tables>,
  { now }: Pick<AuthDeps, "now">,
): Promise<boolean> {
  const known = await findKeyByHash(transaction, auth.developmentKeyHash);
  if (known !== undefined) return known.isUsable;
  await insertUser(transaction, { email: developmentEmail, name: "Local Development User" });
  const user = await findUserByEmail(transaction, developmentEmail);
  if (user === undefined) throw new Error("The development user could not be created");
  await makeAdministrator(transaction, { userId: user.id, now: now() });
  await insertKey(transaction, {
    id: crypto.randomUUID(),
    userId: user.id,
    keyHash: auth.developmentKeyHash,
    prefix: shownPrefix(developmentKey),
    name: "Local Development API Key",
    grants: { admin: true, environment: "local" },
    expiresAt: null,
  });
  return true;
}
