import type { RateLimit, RateLimits, Standing } from "./rate-limits.ts";

export interface Count {
  readonly consumedPoints: number;
  /** Milliseconds until the count is forgotten. */
  readonly msBeforeNext: number;
}

/** Where counts are kept. Additions are atomic; the first one to a key begins its window. Never rejects. */
export interface Counter {
  add(key: string, amount: number, windowSeconds: number): Promise<Count>;
  read(key: string): Promise<Count | null>;
  close(): Promise<void>;
}

/** The limits, whatever keeps their counts. */
export function countInWindows(counter: Counter): RateLimits {
  return {
    async take(limit, key, amount = 1) {
      const id = idOf(limit, key);
      const { consumedPoints, msBeforeNext } = await counter.add(id, amount, limit.windowSeconds);
      if (consumedPoints <= limit.count) return standingOf(limit, { consumedPoints, msBeforeNext }, true);
      // It was counted for a moment. Where everybody takes one, that keeps out nobody: the limit had been reached before.
      await counter.add(id, -amount, limit.windowSeconds);
      return standingOf(limit, { consumedPoints: consumedPoints - amount, msBeforeNext }, false);
    },
    async look(limit, key) {
      const nothing: Count = { consumedPoints: 0, msBeforeNext: limit.windowSeconds * 1000 };
      const count = (await counter.read(idOf(limit, key))) ?? nothing;
      return standingOf(limit, count, count.consumedPoints < limit.count);
    },
    async add(limit, key, amount) {
      if (amount !== 0) await counter.add(idOf(limit, key), amount, limit.windowSeconds);
    },
    close: () => counter.close(),
  };
}

function idOf({ name }: RateLimit, key: string): string {
  return `${name}:${key}`;
}

function standingOf(limit: RateLimit, { consumedPoints, msBeforeNext }: Count, isAllowed: boolean): Standing {
  return {
    limit,
    isAllowed,
    remaining: Math.min(limit.count, Math.max(0, limit.count - consumedPoints)),
    resetMs: Math.max(0, msBeforeNext),
  };
}
