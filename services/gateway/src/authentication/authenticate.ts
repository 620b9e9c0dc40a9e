import { invalidCredentials, isGaiaError, type Principal, unauthenticated } from "@gaia/contracts";
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
  let overdueTokens = 0;
  let refusal: unknown;
  const admitted =
    ({ token }: Credential): Admission =>
    async (lookUp) => {
      const found = await failures.admit(address, lookUp, ({ principal }) => principal !== null);
      if (found.principal !== null) return found;
      failed += 1;
      if (token !== null) overdueTokens += 1;
      return found;
    };
  for (const credential of shown) {
    if (credential.isForged === true) continue;
    const principal = await principals.find(credential, requestId, admitted(credential)).catch((error: unknown) => {
      if (!isGaiaError(error) || error.code !== "RATE_LIMITED") throw error;
      // The other one may be known here, and then nobody needs to be asked.
      refusal ??= error;
      return null;
    });
    if (principal === null) continue;
    // A token that is over may stand beside a good key for long. Keys are guessed at, whatever stands beside them.
    if (overdueTokens > 0) await failures.excuse(address, overdueTokens);
    return { principal, credential };
  }
  if (refusal !== undefined) throw refusal;
  if (shown.length > 0 && failed === 0) await failures.note(address);
  throw headerKey === null ? unauthenticated() : invalidCredentials();
}
