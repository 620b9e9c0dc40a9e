import { auth, type Caller, maximumTokenLength } from "@gaia/contracts";
import type { Transport } from "@gaia/kit/transport/transport";
import type { FoundPrincipal } from "./principal-cache.ts";
import type { Credential } from "./read-credentials.ts";

// One indexed read. When the auth service dies with it, every request of the same credential waits for that long.
const timeoutMs = 5_000;

export interface LookUpDeps {
  readonly transport: Transport;
  /** Whether the key of the original's README may open this gateway; the auth service may be less exposed than we are. */
  readonly isDevelopmentKeyAllowed: boolean;
}

const nobody: FoundPrincipal = { principal: null, expiresAt: null };

/** Asks the auth service whose credential this is: a token by its signature, anything else as an API key. */
export async function lookUpPrincipal(
  { transport, isDevelopmentKeyAllowed }: LookUpDeps,
  credential: Credential,
  requestId: string,
): Promise<FoundPrincipal> {
  if (credential.hash === auth.developmentKeyHash && !isDevelopmentKeyAllowed) return nobody;
  const caller: Caller = { requestId, principal: { kind: "service", name: "gateway" } };
  if (credential.token === null) {
    const { principal, expiresAt } = await transport.call(
      auth.verifyApiKey,
      caller,
      { keyHash: credential.hash },
      { timeoutMs },
    );
    return { principal, expiresAt: toMilliseconds(expiresAt) };
  }
  const token = credential.token.reveal();
  if (token.length > maximumTokenLength) return nobody;
  const { principal, expiresAt } = await transport.call(auth.verifyToken, caller, { token }, { timeoutMs });
  return { principal, expiresAt: toMilliseconds(expiresAt) };
}

function toMilliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
