import { Kysely, PostgresDialect } from "kysely";
import type pg from "pg";
import { BoundedPool } from "./bounded-pool.ts";
import { createPool } from "./create-pool.ts";
import type { Database, OpenDatabaseOptions } from "./database.ts";
import { openEmbedded } from "./embedded/open-embedded.ts";
import type { Tables } from "./tables.gen.ts";
import { withTimeout } from "./with-timeout.ts";

const pingTimeoutMs = 2_000;
const drainTimeoutMs = 5_000;

/**
 * Opens PostgreSQL when there is a `url`, and the embedded database in `dataFolder` otherwise.
 *
 * A PostgreSQL that is down does not make this fail: the pool connects on the first query, and a
 * query fails within two seconds while there is no server. The embedded database is ready when the
 * promise resolves; it rejects with `DataFolderInUseError` when another process owns the folder.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  if (options.url) return openPostgresql(options.url, options);

  const embedded = await openEmbedded({
    dataFolder: options.dataFolder,
    mode: options.mode ?? "own",
    onError: (error) => options.onError?.(error),
  });
  const pool = createPool({
    connectionString: embedded.url,
    size: options.poolSize ?? 10,
    // All connections share one session, so waiting for a turn is normal under load.
    connectionTimeoutMs: 10_000,
    queryTimeoutMs: options.queryTimeoutMs ?? 10_000,
    onError: options.onError,
  });
  return assemble("embedded", embedded.url, pool, () => embedded.close());
}

function openPostgresql(url: string, options: OpenDatabaseOptions): Database {
  const pool = createPool({
    connectionString: url,
    size: options.poolSize ?? 20,
    connectionTimeoutMs: 2_000,
    queryTimeoutMs: options.queryTimeoutMs ?? 2_000,
    onError: options.onError,
  });
  return assemble("postgresql", url, pool, () => Promise.resolve());
}

function assemble(kind: Database["kind"], url: string, pool: pg.Pool, release: () => Promise<void>): Database {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // A caller that never gave its connection back must not keep the process from stopping.
    await withTimeout(pool.end(), drainTimeoutMs, "closing the connections").catch(() => undefined);
    await release();
  };

  return {
    kind,
    url,
    pool,
    kysely: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new BoundedPool(pool) }) }),
    ping: async (timeoutMs = pingTimeoutMs) => {
      const start = performance.now();
      await withTimeout(pool.query("select 1"), timeoutMs, "the database");
      return performance.now() - start;
    },
    close: () => (closing ??= close()),
  };
}
