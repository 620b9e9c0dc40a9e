import type { Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import { createSigningKey, signingKeyPrefix } from "./create-signing-key.ts";

/**
 * Signs with a new key from now on; processes that run know it within a minute. `forgetOlder` is for a key that got
 * out: then nobody is signed in any more until their client refreshes its session.
 */
export async function rotateSigningKey(
  { kysely }: { readonly kysely: Kysely<Tables> },
  { forgetOlder }: { readonly forgetOlder: boolean },
): Promise<{ readonly kid: string }> {
  return kysely.transaction().execute(async (transaction) => {
    if (forgetOlder) {
      await transaction.deleteFrom("platform_secrets").where("name", "like", `${signingKeyPrefix}%`).execute();
    }
    return { kid: await createSigningKey({ kysely: transaction }) };
  });
}
