import { createHash, randomUUID } from "node:crypto";
import { access, cp, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { connectUnbounded } from "./connect-unbounded.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrations/migrate.ts";
import { readMigrationFiles } from "./migrations/migration-files.ts";
import { openDatabase } from "./open-database.ts";

export interface TestDatabase {
  readonly database: Database;
  /** Set on a real PostgreSQL, for tests that open the same database again. */
  readonly url?: string;
  /** Set when embedded, for tests that join it. */
  readonly dataFolder?: string;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** False for a database without any table. */
  readonly isMigrated?: boolean;
}

/**
 * A database of its own for one test file: embedded, or on the server that `GAIA_TEST_PG_URL` names.
 * Its schema is current. Call `drop` when the tests are over.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const isMigrated = options.isMigrated ?? true;
  const server = env["GAIA_TEST_PG_URL"];
  return server ? createOnServer(server, isMigrated) : createEmbedded(isMigrated);
}

async function createOnServer(server: string, isMigrated: boolean): Promise<TestDatabase> {
  const name = `gaia_test_${randomUUID().replaceAll("-", "")}`;
  await runOnServer(server, `create database ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const url = address.href;
  const database = await openDatabase({ url, dataFolder: tmpdir(), queryTimeoutMs: 30_000 });
  if (isMigrated) await migrate(database);

  return {
    database,
    url,
    drop: async () => {
      await database.close();
      await runOnServer(server, `drop database ${name} with (force)`);
    },
  };
}

async function runOnServer(server: string, statement: string): Promise<void> {
  const client = await connectUnbounded(server);
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A data folder whose embedded database is initialised and closed. The caller removes it. */
export async function createTestFolder(options: TestDatabaseOptions = {}): Promise<string> {
  const dataFolder = await mkdtemp(join(tmpdir(), "gaia-test-"));
  await cp(await templateFolder(options.isMigrated ?? true), dataFolder, { recursive: true });
  return dataFolder;
}

async function createEmbedded(isMigrated: boolean): Promise<TestDatabase> {
  const dataFolder = await createTestFolder({ isMigrated });
  const database = await openDatabase({ dataFolder });

  return {
    database,
    dataFolder,
    drop: async () => {
      await database.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Initialising a cluster takes seconds and copying one does not, so whoever is first makes a template. */
async function templateFolder(isMigrated: boolean): Promise<string> {
  const folder = join(tmpdir(), `gaia-template-${await templateKey(isMigrated)}`);
  if (await exists(folder)) return folder;

  const draft = await mkdtemp(join(tmpdir(), "gaia-draft-"));
  const database = await openDatabase({ dataFolder: draft });
  if (isMigrated) await migrate(database);
  await database.close();
  // Another test may have been faster; then its template is as good.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return folder;
}

async function templateKey(isMigrated: boolean): Promise<string> {
  const files = isMigrated ? await readMigrationFiles() : [];
  const engine = await stat(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  const content = JSON.stringify([engine.size, engine.mtimeMs, files.map(({ checksum }) => checksum)]);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
