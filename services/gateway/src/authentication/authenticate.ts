import { invalidCredentials, type Principal, unauthenticated } from "@gaia/contracts";
import type { PrincipalCache } from "./principal-cache.ts";
import { readCredentials } from "./read-credentials.ts";

/**
 * The principal of a request. A bad Bearer token does not spoil a good `X-API-Key`, nor the other way round. Unknown,
 * inactive and expired keys get the same answer.
 */
export async function authenticate(
  { principals }: { readonly principals: PrincipalCache },
  headers: Headers,
  requestId: string,
): Promise<Principal> {
  const { bearerHash, headerKeyHash } = readCredentials(headers);
  for (const hash of [bearerHash, headerKeyHash]) {
    const principal = hash === null ? null : await principals.find(hash, requestId);
    if (principal !== null) return principal;
  }
  throw headerKeyHash === null ? unauthenticated() : invalidCredentials();
}
