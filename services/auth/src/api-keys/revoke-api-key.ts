import { auth, notFound } from "@gaia/contracts";
import { appendEvent } from "@gaia/db";
import type { AuthDeps } from "../deps.ts";
import { deactivateKey } from "./api-key-repository.ts";

/** Ends a key for good. The event that empties caches is stored with the change, so it cannot be lost. */
export async function revokeApiKey(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  input: { readonly id: string },
): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    const key = await deactivateKey(transaction, input.id);
    if (key === undefined) throw notFound("active API key", input.id);
    const payload = {
      api_key_id: input.id,
      user_id: key.userId,
      key_hash: key.keyHash,
      timestamp: now().toISOString(),
    };
    await appendEvent(transaction, auth.apiKeyRevoked, { payload, requestId: null });
  });
}
