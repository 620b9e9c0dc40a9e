import { invalidCredentials, type Principal, unauthenticated } from "@gaia/contracts";
import type { FailedCredentials } from "../limits/failed-credentials.ts";
import type { Admission, PrincipalCache } from "./principal-cache.ts";
import { type Credential, readCredentials } from "./read-credentials.ts";

export interface Authenticated {
  readonly principal: Principal;
  /** The one that counted. */
  readonly credential: Credential;
}

interface AuthenticationDeps {
  readonly principals: Pick<PrincipalCache, "find">;
  readonly failures: FailedCredentials;
}

/**
 * The principal of a request. A bad Bearer token does not spoil a good `X-API-Key`, nor the other way round. Unknown,
 * inactive and expired credentials get the same answer, and an address that shows too many of them is told to wait.
 */
export async function authenticate(
  { principals, failures }: AuthenticationDeps,
  headers: Headers,
  { requestId, address }: { readonly requestId: string; readonly address: string },
): Promise<Authenticated> {
  const { bearer, headerKey } = readCredentials(headers);
  const shown = [bearer, headerKey].filter((credential) => credential !== null);
  let failed = 0;
  const admit: Admission = async (lookUp) => {
    const found = await failures.admit(address, lookUp, ({ principal }) => principal !== null);
    if (found.principal === null) failed += 1;
    return found;
  };
  for (const credential of shown) {
    if (credential.isForged === true) continue;
    const principal = await principals.find(credential, requestId, admit);
    if (principal === null) continue;
    if (failed > 0) await failures.excuse(address, failed);
    return { principal, credential };
  }
  if (shown.length > 0 && failed === 0) await failures.note(address);
  throw headerKey === null ? unauthenticated() : invalidCredentials();
}
