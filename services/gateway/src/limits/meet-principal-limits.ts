import { type Contract, type Principal, userIdOf } from "@gaia/contracts";
import type { RateLimit } from "@gaia/kit/limits/rate-limits";
import { limitedAddress } from "./limited-address.ts";
import { type LimitSettings, perMinute } from "./limit-settings.ts";
import type { MetLimits } from "./met-limits.ts";

interface LimitedCall {
  readonly contract: Contract;
  readonly principal: Principal;
  readonly address: string;
}

/**
 * What holds for whoever calls, wherever from: every key for itself, every account without one, guests by address; and
 * above that the account with all its keys, because anybody can make many.
 */
export async function meetPrincipalLimits(
  settings: LimitSettings,
  met: MetLimits,
  { contract, principal, address }: LimitedCall,
): Promise<void> {
  const key = keyOf(principal, address);
  if (key === null) return;
  const own = principal.kind === "api-key" ? principal.limits.requestsPerMinute : null;
  const all = perMinute("requests", own ?? settings.requests);
  const model = contract.rateClass === "model" ? modelLimit(settings, own) : null;
  await Promise.all([met.meet(all, key), met.meet(model, key)]);
  // Last, so that what one key is refused does not count against the others.
  const userId = userIdOf(principal);
  if (userId !== null) await met.meet(userLimit(settings, own), userId);
}

// Only an administrator gives a key more than everybody has, and then it is meant for this.
function modelLimit({ requests, modelRequests }: LimitSettings, own: number | null): RateLimit | null {
  const isRaised = own !== null && requests > 0 && own > requests;
  return perMinute("model", isRaised && modelRequests > 0 ? Math.max(own, modelRequests) : modelRequests);
}

function userLimit({ userRequests }: LimitSettings, own: number | null): RateLimit | null {
  return perMinute("user-requests", userRequests === 0 ? 0 : Math.max(own ?? 0, userRequests));
}

function keyOf(principal: Principal, address: string): string | null {
  switch (principal.kind) {
    case "api-key":
      return `key:${principal.apiKeyId}`;
    case "user":
      return `user:${principal.userId}`;
    case "guest":
      return `guest:${limitedAddress(address)}`;
    case "service":
      return null;
  }
}
