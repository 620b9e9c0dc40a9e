import { limitExceeded } from "@gaia/kit/limits/limit-exceeded";
import type { RateLimit, RateLimits } from "@gaia/kit/limits/rate-limits";
import { limitedAddress } from "./limited-address.ts";
import { perMinute } from "./limit-settings.ts";
import { Turnstile } from "./turnstile.ts";

/** What stands between strangers who guess credentials and whoever checks them. */
export interface FailedCredentials {
  /** Counts a wrong credential; throws `RATE_LIMITED` for one too many. */
  note(address: string): Promise<void>;
  /** Takes back what was counted. */
  excuse(address: string, failures: number): Promise<void>;
  /**
   * Looks up a credential that is not known here, unless the address has failed too often; then nobody is asked. It counts
   * as wrong from the beginning, because many may be looked up at once, until `isRight` says otherwise.
   */
  admit<T>(address: string, lookUp: () => Promise<T>, isRight: (found: T) => boolean): Promise<T>;
}

const lookUpsAtOnce = 20;

export function createFailedCredentials(limits: RateLimits, failuresPerMinute: number): FailedCredentials {
  const limit = perMinute("failed-credentials", failuresPerMinute);
  return limit === null ? unlimited : countFailures(limits, limit);
}

const unlimited: FailedCredentials = {
  note: async () => undefined,
  excuse: async () => undefined,
  admit: (_address, lookUp) => lookUp(),
};

function countFailures(limits: RateLimits, limit: RateLimit): FailedCredentials {
  // Those under way count, so they must leave room for one another's being right.
  const turnstile = new Turnstile(Math.max(1, Math.min(lookUpsAtOnce, Math.floor(limit.count / 2))));
  const note = async (address: string): Promise<void> => {
    const standing = await limits.take(limit, limitedAddress(address));
    if (!standing.isAllowed) throw limitExceeded(standing);
  };
  const excuse = (address: string, failures: number) => limits.add(limit, limitedAddress(address), -failures);
  return {
    note,
    excuse,
    admit: (address, lookUp, isRight) =>
      turnstile.pass(limitedAddress(address), async () => {
        await note(address);
        const found = await lookUp();
        if (isRight(found)) await excuse(address, 1);
        return found;
      }),
  };
}
