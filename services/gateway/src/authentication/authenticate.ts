import { invalidCredentials, type Principal, unauthenticated } from "@gaia/contracts";
import type { PrincipalCache } from "./principal-cache.ts";
import { type Credential, readCredentials } from "./read-credentials.ts";

export interface Authenticated {
  readonly principal: Principal;
  /** The one that counted. */
  readonly credential: Credential;
}

/**
 * The principal of a request. A bad Bearer token does not spoil a good `X-API-Key`, nor the other way round. Unknown,
 * inactive and expired credentials get the same answer.
 */
export async function authenticate(
  { principals }: { readonly principals: Pick<PrincipalCache, "find"> },
  headers: Headers,
  requestId: string,
): Promise<Authenticated> {
  const { bearer, headerKey } = readCredentials(headers);
  for (const credential of [bearer, headerKey]) {
    const principal = credential === null ? null : await principals.find(credential, requestId);
    if (credential !== null && principal !== null) return { principal, credential };
  }
  throw headerKey === null ? unauthenticated() : invalidCredentials();
}
