import { countInWindows } from "@gaia/kit/limits/count-in-windows";
import type { RateLimits } from "@gaia/kit/limits/rate-limits";

/** Rate limits whose windows end by the test's clock. */
export function createClockLimits(now: () => Date): RateLimits {
  const windows = new Map<string, { readonly endsAt: number; count: number }>();
  const windowOf = (key: string) => {
    const window = windows.get(key);
    return window === undefined || window.endsAt <= now().getTime() ? undefined : window;
  };
  const describe = ({ endsAt, count }: { readonly endsAt: number; readonly count: number }) => ({
    consumedPoints: count,
    msBeforeNext: endsAt - now().getTime(),
  });
  return countInWindows({
    async add(key, amount, windowSeconds) {
      const window = windowOf(key) ?? { endsAt: now().getTime() + windowSeconds * 1000, count: 0 };
      window.count += amount;
      windows.set(key, window);
      return describe(window);
    },
    async read(key) {
      const window = windowOf(key);
      return window === undefined ? null : describe(window);
    },
    close: async () => undefined,
  });
}
