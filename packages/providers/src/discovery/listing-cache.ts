import { toGaiaError, type GaiaError } from "@gaia/contracts";
import type { Listing } from "./list-provider-models.ts";

const freshMilliseconds = 60_000;
// A local server that starts after Gaia should be seen soon.
const failureFreshMilliseconds = 5_000;

export interface ListingCache {
  /** Not older than 60 seconds; waits for the provider where it is. */
  current(): Promise<Listing | undefined>;
  /** Whatever is known, refreshed behind the caller's back; waits only for the very first answer. */
  latest(): Promise<Listing | undefined>;
  /** The last answer, `undefined` where there was none. A later failure does not take it away. */
  readonly known: Listing | undefined;
  readonly lastError: GaiaError | undefined;
}

interface ListingCacheDeps {
  readonly load: () => Promise<Listing>;
  readonly now: () => number;
  readonly onFailure?: (error: GaiaError) => void;
}

/** Remembers a provider's model list. Concurrent callers share one request; failures are remembered, not thrown. */
export function createListingCache({ load, now, onFailure }: ListingCacheDeps): ListingCache {
  let known: Listing | undefined;
  let lastError: GaiaError | undefined;
  let expires = Number.NEGATIVE_INFINITY;
  let flight: Promise<Listing | undefined> | undefined;

  async function refresh(): Promise<Listing | undefined> {
    try {
      known = await load();
      lastError = undefined;
      expires = now() + freshMilliseconds;
    } catch (cause) {
      const error = toGaiaError(cause);
      if (lastError?.code !== error.code) onFailure?.(error);
      lastError = error;
      expires = now() + failureFreshMilliseconds;
    } finally {
      flight = undefined;
    }
    return known;
  }

  function current(): Promise<Listing | undefined> {
    if (now() < expires) return Promise.resolve(known);
    flight ??= refresh();
    return flight;
  }

  return {
    current,
    latest: () => {
      const answer = current();
      const wasAsked = expires !== Number.NEGATIVE_INFINITY;
      return wasAsked ? Promise.resolve(known) : answer;
    },
    get known() {
      return known;
    },
    get lastError() {
      return lastError;
    },
  };
}
