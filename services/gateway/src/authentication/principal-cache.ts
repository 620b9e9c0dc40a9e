import { originOf, type Principal } from "@gaia/contracts";
import { LRUCache } from "lru-cache";
import type { Credential } from "./read-credentials.ts";

export interface FoundPrincipal {
  readonly principal: Principal | null;
  /** Milliseconds since 1970 after which the answer must not be remembered; `null` where revocation alone ends it. */
  readonly expiresAt: number | null;
}

type Lookup = (credential: Credential, requestId: string) => Promise<FoundPrincipal>;

/** Runs a look-up, or throws where it must not happen. */
export type Admission = (lookUp: () => Promise<FoundPrincipal>) => Promise<FoundPrincipal>;

export interface PrincipalCache {
  /**
   * The request's id goes along, so that the look-up can be found in the log. Whoever was not somebody's credential
   * lately is looked up through `admit`.
   */
  find(credential: Credential, requestId: string, admit?: Admission): Promise<Principal | null>;
  /** By the digest of the credential. */
  forget(hash: string): void;
  /** Everything about a user, or only what came from some of the user's sessions. */
  forgetUser(userId: string, sessionIds: readonly string[] | null): void;
  forgetAll(): void;
}

const knownForMs = 60_000;
// Short, so that a flood of wrong keys costs the database little and a key created just now works at once.
const unknownForMs = 5_000;
const validLatelyMs = 3_600_000;
const maximumEntries = 20_000;

/**
 * Principals by the whole digest of their credential. One look-up at a time per credential; a look-up that was under
 * way when its key was revoked is not remembered, and no answer outlives its token. What is nobody's is kept apart, so
 * that a flood of it drives out nobody.
 */
export function createPrincipalCache(lookup: Lookup, now: () => number = Date.now): PrincipalCache {
  const entries = createEntries<Principal>(now);
  const unknown = createEntries<true>(now);
  const validLately = createEntries<true>(now);
  const pending = new Map<string, Promise<Principal | null>>();

  const remember = (hash: string, { principal, expiresAt }: FoundPrincipal): void => {
    const longest = principal === null ? unknownForMs : knownForMs;
    const ttl = expiresAt === null ? longest : Math.min(longest, expiresAt - now());
    if (ttl <= 0) return;
    if (principal === null) unknown.set(hash, true, { ttl });
    else entries.set(hash, principal, { ttl });
  };

  const start = (credential: Credential, requestId: string, admit: Admission): Promise<Principal | null> => {
    const { hash } = credential;
    const lookUp = () => lookup(credential, requestId);
    const running: Promise<Principal | null> = (validLately.has(hash) ? lookUp() : admit(lookUp))
      .then((found) => {
        if (found.principal === null) validLately.delete(hash);
        else validLately.set(hash, true, { ttl: validLatelyMs });
        // Whoever forgot the key since, or asks anew, must not get what was known before.
        if (pending.get(hash) === running) remember(hash, found);
        return found.principal;
      })
      .finally(() => pending.get(hash) === running && pending.delete(hash));
    pending.set(hash, running);
    return running;
  };

  return {
    async find(credential, requestId, admit = (lookUp) => lookUp()) {
      const { hash } = credential;
      const principal = entries.get(hash);
      if (principal !== undefined) return principal;
      if (unknown.has(hash)) return null;
      return pending.get(hash) ?? start(credential, requestId, admit);
    },
    forget(hash) {
      entries.delete(hash);
      unknown.delete(hash);
      pending.delete(hash);
    },
    forgetUser(userId, sessionIds) {
      for (const [hash, principal] of entries.entries()) {
        if (isConcerned(principal, userId, sessionIds)) entries.delete(hash);
      }
      // Whose a look-up under way will turn out to be is not known yet, so none of them is remembered.
      pending.clear();
    },
    forgetAll() {
      entries.clear();
      unknown.clear();
      pending.clear();
    },
  };
}

function createEntries<Value extends object | true>(now: () => number): LRUCache<string, Value> {
  return new LRUCache({ max: maximumEntries, perf: { now }, ttlResolution: 0 });
}

function isConcerned(principal: Principal, userId: string, sessionIds: readonly string[] | null): boolean {
  const origin = originOf(principal);
  if (origin.userId !== userId) return false;
  return sessionIds === null || (origin.sessionId !== null && sessionIds.includes(origin.sessionId));
}
