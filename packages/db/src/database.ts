import type { Kysely } from "kysely";
import type pg from "pg";
import type { Tables } from "./tables.gen.ts";

export interface Database {
  readonly kind: "embedded" | "postgresql";
  /** The only driver, whichever kind the database is: everything else is built on it. */
  readonly pool: pg.Pool;
  readonly kysely: Kysely<Tables>;
  /** A connection string that other programs (psql, pg-boss) can use while this database is open. */
  readonly url: string;
  /** Answers the latency in milliseconds; rejects when the database does not answer in time. */
  ping(timeoutMs?: number): Promise<number>;
  /** Waits for running queries, then lets go of the folder. Safe to call twice. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** A `postgresql://` or `postgres://` address. Without it the embedded database is used. */
  readonly url?: string;
  /** Where the embedded database keeps its files; created when it does not exist. */
  readonly dataFolder: string;
  readonly poolSize?: number;
  /**
   * How long a query may wait for its answer. A connection that exceeds it is dropped, so that a
   * frozen server costs one wait and not one per statement.
   */
  readonly queryTimeoutMs?: number;
  /** Embedded only. `join` uses the database of the process that has the folder open, if any. */
  readonly mode?: "own" | "join";
  /** Told about failures that no query is waiting for, such as an idle connection that breaks. */
  readonly onError?: (error: Error) => void;
}
