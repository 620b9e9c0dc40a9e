import { Pool } from "pg";
import { clientConfiguration } from "./client-configuration.ts";

export interface PoolOptions {
  readonly connectionString: string;
  readonly size: number;
  readonly connectionTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly onError?: ((error: Error) => void) | undefined;
}

export function createPool(options: PoolOptions): Pool {
  const pool = new Pool({
    ...clientConfiguration(options.connectionString),
    max: options.size,
    connectionTimeoutMillis: options.connectionTimeoutMs,
    query_timeout: options.queryTimeoutMs,
    idleTimeoutMillis: 30_000,
  });
  const report = (error: Error): void => options.onError?.(error);
  // Without a listener an idle connection that breaks would end the process. A connection that is
  // in use reports to its query as well, but emits here too once the query has been rejected.
  pool.on("error", report);
  pool.on("connect", (client) => {
    client.on("error", report);
  });
  return pool;
}
