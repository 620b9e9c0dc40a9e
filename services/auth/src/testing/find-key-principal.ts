import type { Principal } from "@gaia/contracts";
import { verifyApiKey } from "../api-keys/verify-api-key.ts";

/** Who a key lets in, for tests that do not ask for how long. */
export async function findKeyPrincipal(...call: Parameters<typeof verifyApiKey>): Promise<Principal | null> {
  return (await verifyApiKey(...call)).principal;
}
