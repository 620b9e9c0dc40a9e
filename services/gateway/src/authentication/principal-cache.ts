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
export function createPrincipalCache(lookup: Lookup): PrincipalCache {
  const entries = new LRUCache<string, { readonly principal: Principal | null }>({ max: maximumEntries });
  const pending = new Map<string, Promise<Principal | null>>();

  const load = async (keyHash: string, requestId: string): Promise<Principal | null> => {
    const principal = await lookup(keyHash, requestId);
    if (pending.has(keyHash))
      entries.set(keyHash, { principal }, { ttl: principal === null ? unknownForMs : knownForMs });
    return principal;
  };

  return {
    async find(keyHash, requestId) {
      const entry = entries.get(keyHash);
      if (entry !== undefined) return entry.principal;
      const running = pending.get(keyHash);
      if (running !== undefined) return running;
      const started = load(keyHash, requestId).finally(() => pending.delete(keyHash));
      pending.set(keyHash, started);
      return started;
    },
    forget(keyHash) {
      entries.delete(keyHash);
      pending.delete(keyHash);
    },
  };
}
