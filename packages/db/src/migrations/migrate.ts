import type pg from "pg";
import type { Database } from "../database.ts";
import { connectUnbounded } from "../connect-unbounded.ts";
import { closeDataApi } from "./close-data-api.ts";
import { detectAdoptedSchema } from "./detect-adopted-schema.ts";
import { type MigrationFile, readMigrationFiles } from "./migration-files.ts";
import { pendingMigrations } from "./pending-migrations.ts";

export interface MigrationStep {
  readonly name: string;
  readonly durationMs: number;
}

export interface MigrationOutcome {
  /** The migrations that this call applied; another process may have applied others meanwhile. */
  readonly applied: string[];
  /** Which schema of the Python system was found, when this database is one of its. */
  readonly adopted?: string;
}

export interface MigrateOptions {
  readonly onProgress?: (step: MigrationStep) => void;
  readonly files?: readonly MigrationFile[];
}

/** Any fixed number will do, as long as it never changes. */
const lockKey = 4_716_982_035;

/**
 * Brings the database up to date. Several processes may call this at once on the same database: each
 * migration is applied exactly once, in its own transaction.
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<MigrationOutcome> {
  const files = options.files ?? (await readMigrationFiles());
  const pending = await pendingMigrations(database, files);
  if (pending.length === 0) return { applied: [] };

  const client = await connectUnbounded(database.url);
  try {
    const adopted = await prepare(client);
    const applied: string[] = [];
    for (const file of pending) {
      const start = performance.now();
      if (!(await apply(client, file))) continue;
      applied.push(file.name);
      options.onProgress?.({ name: file.name, durationMs: performance.now() - start });
    }
    if (applied.length > 0) await inLockedTransaction(client, () => closeDataApi(client));
    return { applied, ...(adopted === undefined ? {} : { adopted }) };
  } finally {
    await client.end();
  }
}

function prepare(client: pg.Client): Promise<string | undefined> {
  return inLockedTransaction(client, async () => {
    const adopted = await detectAdoptedSchema(client);
    await client.query(
      `create table if not exists gaia_migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now(),
        execution_time_ms integer not null
      )`,
    );
    return adopted;
  });
}

/** Answers false when another process was faster. */
function apply(client: pg.Client, file: MigrationFile): Promise<boolean> {
  return inLockedTransaction(client, async () => {
    const known = await client.query("select from gaia_migrations where name = $1", [file.name]);
    if (known.rowCount !== 0) return false;

    const start = performance.now();
    await client.query(file.sql).catch((cause: Error) => {
      throw new Error(`The migration ${file.name}.sql failed: ${cause.message}`, { cause });
    });
    await client.query("insert into gaia_migrations (name, checksum, execution_time_ms) values ($1, $2, $3)", [
      file.name,
      file.checksum,
      Math.round(performance.now() - start),
    ]);
    return true;
  });
}

/**
 * The lock belongs to the transaction and not to the session: all connections to the embedded
 * database share one session, which would hold such a lock several times over.
 */
async function inLockedTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    await client.query("set local client_min_messages = warning");
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}
