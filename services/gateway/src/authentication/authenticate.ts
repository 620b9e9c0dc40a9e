import { invalidCredentials, type Principal, unauthenticated } from "@gaia/contracts";
import type { PrincipalCache } from "./principal-cache.ts";
import { readCredentials } from "./read-credentials.ts";

/**
 * The principal of a request. A bad Bearer token does not spoil a good `X-API-Key`, nor the other way round. Unknown,
 * inactive and expired credentials get the same answer.
 */
export async function authenticate(
  { principals }: { readonly principals: PrincipalCache },
  headers: Headers,
  requestId: string,
): Promise<Principal> {
  const { bearer, headerKey } = readCredentials(headers);
  for (const credential of [bearer, headerKey]) {
    const principal = credential === null ? null : await principals.find(credential, requestId);
    if (principal !== null) return principal;
  }
  throw headerKey === null ? unauthenticated() : invalidCredentials();
}
