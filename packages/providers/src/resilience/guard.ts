import { type GaiaError, toGaiaError } from "@gaia/contracts";
import type { CallRecord } from "./call-record.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { retry, type RetryDeps } from "./retry.ts";

/** What one model's calls have in common: translation of errors, circuits, retries, and the record of them. */
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
}

export interface GuardedCall<T> {
  readonly attempt: () => Promise<T>;
  readonly translate: (error: unknown) => GaiaError;
  readonly signal: AbortSignal | undefined;
  readonly beforeRetry?: (error: unknown) => Promise<void>;
}

interface GuardDeps extends RetryDeps {
  /** Of the provider: shared by its models, so that one that is away is not asked for each of them. */
  readonly connection: CircuitBreaker;
  readonly model: CircuitBreaker;
  readonly record: CallRecord;
  /** Of a single attempt. */
  readonly onFailure?: (error: GaiaError) => void;
}

/** Circuits and record count requests; how often one was tried is nobody else's business. */
export function createGuard({ connection, model, record, onFailure, ...retryDeps }: GuardDeps): Guard {
  function enter(): void {
    connection.enter();
    try {
      model.enter();
    } catch (cause) {
      const refusal = toGaiaError(cause);
      // The connection may have let this request in as its probe, which it cannot be any more.
      connection.failed(refusal);
      throw refusal;
    }
  }

  function began(): void {
    connection.succeeded();
    model.began();
  }

  function finished(): void {
    connection.succeeded();
    model.succeeded();
    record.noteSuccess();
  }

  function failed(error: GaiaError): void {
    connection.failed(error);
    model.failed(error);
    record.noteFailure(error);
  }

  async function attemptOnce<T>({ attempt, translate }: GuardedCall<T>): Promise<T> {
    try {
      return await attempt();
    } catch (cause) {
      const error = translate(cause);
      onFailure?.(error);
      throw error;
    }
  }

  async function request<T>(call: GuardedCall<T>, report: () => void): Promise<T> {
    enter();
    try {
      const result = await retry(retryDeps, { ...call, attempt: () => attemptOnce(call) });
      report();
      return result;
    } catch (cause) {
      const error = toGaiaError(cause);
      failed(error);
      throw error;
    }
  }

  return {
    run: (call) => request(call, finished),
    begin: (call) => request(call, began),
    finished,
    failedLate: (error) => {
      failed(error);
      onFailure?.(error);
    },
  };
}
