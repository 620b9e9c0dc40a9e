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
  // Without listeners a connection that breaks would end the process. An idle one reports through the
  // pool; one that is in use rejects its query and emits as well.
  pool.on("error", (error) => options.onError?.(error));
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
  });
  return pool;
}
