import type { Principal } from "@gaia/contracts";
import { LRUCache } from "lru-cache";

type Lookup = (keyHash: string, requestId: string) => Promise<Principal | null>;

export interface PrincipalCache {
  /** The request's id goes along, so that the look-up can be found in the log. */
  find(keyHash: string, requestId: string): Promise<Principal | null>;
  forget(keyHash: string): void;
}

const knownForMs = 60_000;
// Short, so that a flood of wrong keys costs the database little and a key created just now works at once.
const unknownForMs = 5_000;
const maximumEntries = 20_000;

/**
 * Principals by the whole digest of their key. One look-up at a time per key; a look-up that was under way when its
 * key was revoked is not remembered.
 */
export function createPrincipalCache(lookup: Lookup, now: () => number = () => performance.now()): PrincipalCache {
  const entries = new LRUCache<string, { readonly principal: Principal | null }>({
    max: maximumEntries,
    perf: { now },
    ttlResolution: 0,
  });
  const pending = new Map<string, Promise<Principal | null>>();

  const start = (keyHash: string, requestId: string): Promise<Principal | null> => {
    const running: Promise<Principal | null> = lookup(keyHash, requestId)
      .then((principal) => {
        // Whoever forgot the key since, or asks anew, must not get what was known before.
        if (pending.get(keyHash) === running) {
          entries.set(keyHash, { principal }, { ttl: principal === null ? unknownForMs : knownForMs });
        }
        return principal;
      })
      .finally(() => pending.get(keyHash) === running && pending.delete(keyHash));
    pending.set(keyHash, running);
    return running;
  };

  return {
    async find(keyHash, requestId) {
      const entry = entries.get(keyHash);
      return entry === undefined ? (pending.get(keyHash) ?? start(keyHash, requestId)) : entry.principal;
    },
    forget(keyHash) {
      entries.delete(keyHash);
      pending.delete(keyHash);
    },
  };
}
