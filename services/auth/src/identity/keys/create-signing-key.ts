import type { Tables } from "@gaia/db";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { Kysely } from "kysely";

export const signingKeyPrefix = "identity-signing-key:";

/**
 * Makes a key pair (ES256) that signs from now on; tokens of older ones stay valid. Its id is the thumbprint of
 * RFC 7638, which is answered.
 */
export async function createSigningKey({ kysely }: { readonly kysely: Kysely<Tables> }): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  await kysely
    .insertInto("platform_secrets")
    .values({ name: `${signingKeyPrefix}${kid}`, value: JSON.stringify({ ...jwk, kid }) })
    .execute();
  return kid;
}
