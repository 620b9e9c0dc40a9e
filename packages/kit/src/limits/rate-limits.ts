/** So much in so many seconds. The name keeps the counts of different limits apart. */
export interface RateLimit {
  readonly name: string;
  readonly count: number;
  readonly windowSeconds: number;
  /** What is counted, where it is not requests. */
  readonly unit?: "tokens";
}

/** How somebody stands with one limit. */
export interface Standing {
  readonly limit: RateLimit;
  /** Whether what was asked for fits. */
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Milliseconds until the window ends and everything is there again. */
  readonly resetMs: number;
}

/**
 * Counts in fixed windows, each of which begins with a key's first use: one atomic addition decides, exactly and for
 * all processes at once, and says to the millisecond when to come back. What that gives away: around the end of a
 * window somebody can spend what is left of it and then the next one, so twice the limit in a moment, but never more
 * than that in the length of a window, nor more than the limit in the long run.
 *
 * Nothing here throws: what cannot be counted together is counted by each process for itself.
 */
export interface RateLimits {
  /** Counts the amount if it fits; what does not fit is not counted. */
  take(limit: RateLimit, key: string, amount?: number): Promise<Standing>;
  /** Whether anything would fit. Counts nothing. */
  look(limit: RateLimit, key: string): Promise<Standing>;
  /** Counts what has happened already, whether it fits or not; a negative amount gives back. */
  add(limit: RateLimit, key: string, amount: number): Promise<void>;
  close(): Promise<void>;
}
