import { isGaiaError } from "@gaia/contracts";
import { isRetryable } from "../errors/failure-traits.ts";

const maximumRetries = 2;
const firstDelayMilliseconds = 250;
const longestDelayMilliseconds = 2000;
// A caller waits; what the provider wants later than this is the caller's to decide.
const longestRetryAfterSeconds = 5;

export interface RetryDeps {
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

interface RetryOptions<T> {
  readonly attempt: () => Promise<T>;
  readonly signal: AbortSignal | undefined;
  /** Called with the error of an attempt that will be repeated. */
  readonly beforeRetry?: (error: unknown) => Promise<void>;
}

/**
 * Up to two more attempts after failures that another attempt may heal, with full jitter and at least the provider's
 * `retry-after` between them. An attempt must fail before it has passed anything on.
 */
export async function retry<T>({ sleep, random }: RetryDeps, options: RetryOptions<T>): Promise<T> {
  const { attempt, signal, beforeRetry } = options;
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const delay = delayBefore(error, retries, random);
      if (delay === undefined || signal?.aborted) throw error;
      await beforeRetry?.(error);
      await sleep(delay, signal);
    }
  }
}

function delayBefore(error: unknown, retries: number, random: () => number): number | undefined {
  if (retries >= maximumRetries || !isGaiaError(error) || !isRetryable(error)) return undefined;
  const retryAfter = error.retryAfterSeconds ?? 0;
  if (retryAfter > longestRetryAfterSeconds) return undefined;
  const jittered = random() * Math.min(longestDelayMilliseconds, firstDelayMilliseconds * 2 ** retries);
  return Math.max(jittered, retryAfter * 1000);
}
