import type * as z from "zod";

type JobData = z.ZodType<object, object>;

/** A kind of durable background work: what it needs to know, and how often it may fail. */
export interface JobDefinition<Data extends JobData = JobData> {
  /** `<service>.<verb-and-object>`; also the queue's name. */
  readonly name: string;
  readonly data: Data;
  /** Attempts after the first one. */
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  /** A run that takes longer is given up and counts as failed. */
  readonly expireInSeconds: number;
}

export type JobDataOf<T extends JobDefinition> = z.output<T["data"]>;
export type JobRequestOf<T extends JobDefinition> = z.input<T["data"]>;

export interface JobRun {
  readonly id: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** Aborts when the run is given up: it expired, or the process stops and cannot wait longer. */
  readonly signal: AbortSignal;
}

/** Runs SQL on the one pool, or in the transaction of whoever passes its connection. */
export interface SqlExecutor {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface EnqueueOptions {
  /** The same key makes no second job as long as the first is remembered, which is a week after its end. */
  readonly idempotencyKey?: string;
  readonly startAfterSeconds?: number;
  /**
   * The transaction that the job shall be part of. Use the definition once before, outside of it: the embedded database
   * has one session, and the first use of a definition needs it.
   */
  readonly within?: SqlExecutor;
}

export interface WorkOptions {
  /** Runs at the same time in this process; 1 unless given. */
  readonly concurrency?: number;
}

/** Work that outlives the process. Each job is handled by one worker at a time, at least once. */
export interface Jobs {
  /** The job's id, or `null` when the idempotency key has one already. */
  enqueue<T extends JobDefinition>(
    definition: T,
    data: JobRequestOf<T>,
    options?: EnqueueOptions,
  ): Promise<string | null>;
  work<T extends JobDefinition>(
    definition: T,
    handle: (data: JobDataOf<T>, run: JobRun) => Promise<void>,
    options?: WorkOptions,
  ): Promise<void>;
  /** Enqueues on a cron expression, in UTC, whichever processes run. Again with another expression, it replaces. */
  schedule<T extends JobDefinition>(definition: T, cron: string, data: JobRequestOf<T>): Promise<void>;
  /** Optional: the first use starts too. */
  start(): Promise<void>;
  /** Takes no more jobs, waits for those that run, and leaves what does not end in time to be retried. */
  stop(): Promise<void>;
}

export function defineJob<const T extends JobDefinition>(definition: T): T {
  return definition;
}
