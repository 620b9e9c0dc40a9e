import { setTimeout as delay } from "node:timers/promises";

interface Patience {
  readonly timeout: number;
  readonly interval: number;
}

/** Of vitest's `vi` what starting five processes needs. */
export const vi = {
  async waitFor<T>(ask: () => Promise<T>, { timeout, interval }: Patience): Promise<T> {
    for (const end = performance.now() + timeout; ; await delay(interval)) {
      const attempt = await ask().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if ("value" in attempt) return attempt.value;
      if (performance.now() > end) throw attempt.error;
    }
  },
};
