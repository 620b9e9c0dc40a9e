import type { GaiaError } from "@gaia/contracts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { retry, type RetryDeps } from "./retry.ts";

/** What one provider's calls have in common: translation of errors, circuit, retries, and the record of both. */
export interface Guard {
  /** Runs a call whose result is its whole answer. Throws a `GaiaError`. */
  run<T>(call: GuardedCall<T>): Promise<T>;
  /**
   * Runs a call whose result is an answer that has only begun. It must fail before it has passed anything on; how the
   * rest went is reported with one of the two functions below.
   */
  begin<T>(call: GuardedCall<T>): Promise<T>;
  finished(): void;
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

  function finished(): void {
    circuit.succeeded();
    lastErrorCode = null;
    lastSuccessAt = now();
  }

  async function attemptOnce<T>({ attempt, translate }: GuardedCall<T>, report: () => void): Promise<T> {
    circuit.enter();
    try {
      const result = await attempt();
      report();
      return result;
    } catch (cause) {
      const error = translate(cause);
      failed(error);
      throw error;
    }
  }

  const repeat = <T>(call: GuardedCall<T>, report: () => void) =>
    retry(retryDeps, { ...call, attempt: () => attemptOnce(call, report) });

  return {
    run: (call) => repeat(call, finished),
    begin: (call) => repeat(call, () => circuit.began()),
    finished,
    failedLate: failed,
    get lastErrorCode() {
      return lastErrorCode;
    },
    get lastSuccessAt() {
      return lastSuccessAt;
    },
  };
}
