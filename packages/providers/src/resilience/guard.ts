import type { GaiaError } from "@gaia/contracts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { retry, type RetryDeps } from "./retry.ts";

/** What one provider's calls have in common: translation of errors, circuit, retries, and the record of both. */
export interface Guard {
  /** Runs a call that fails before it has passed anything on, or not at all. Throws a `GaiaError`. */
  run<T>(call: GuardedCall<T>): Promise<T>;
  /** Reports a failure after the call had begun to deliver. */
  failedLate(error: GaiaError): void;
  readonly lastErrorCode: GaiaError["code"] | null;
  readonly lastSuccessAt: number | null;
}

export interface GuardedCall<T> {
  readonly attempt: () => Promise<T>;
  readonly translate: (error: unknown) => GaiaError;
  readonly signal: AbortSignal | undefined;
  readonly beforeRetry?: (error: unknown) => Promise<void>;
}

interface GuardDeps extends RetryDeps {
  readonly circuit: CircuitBreaker;
  readonly now: () => number;
  readonly onFailure?: (error: GaiaError) => void;
}

export function createGuard({ circuit, now, onFailure, ...retryDeps }: GuardDeps): Guard {
  let lastErrorCode: GaiaError["code"] | null = null;
  let lastSuccessAt: number | null = null;

  function failed(error: GaiaError): void {
    circuit.failed(error);
    if (error.code !== "CANCELLED") lastErrorCode = error.code;
    onFailure?.(error);
  }

  async function attemptOnce<T>({ attempt, translate }: GuardedCall<T>): Promise<T> {
    circuit.enter();
    try {
      const result = await attempt();
      circuit.succeeded();
      lastErrorCode = null;
      lastSuccessAt = now();
      return result;
    } catch (cause) {
      const error = translate(cause);
      failed(error);
      throw error;
    }
  }

  return {
    run: (call) =>
      retry(retryDeps, {
        attempt: () => attemptOnce(call),
        signal: call.signal,
        ...(call.beforeRetry ? { beforeRetry: call.beforeRetry } : {}),
      }),
    failedLate: failed,
    get lastErrorCode() {
      return lastErrorCode;
    },
    get lastSuccessAt() {
      return lastSuccessAt;
    },
  };
}
