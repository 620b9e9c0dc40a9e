import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Database, openDatabase } from "@gaia/db";
import type { Environment } from "@gaia/kit/config/load-config";
import { type GaiaConfig, readGaiaConfig } from "../config.ts";
import { NoDatabaseError } from "./no-database-error.ts";

interface WithDatabaseOptions {
  /** Without it, a folder without a database is an error: it is most likely the wrong folder. */
  readonly mayCreate?: boolean;
}

/** The database of the settings for the time of some work, also while a Gaia on the same folder runs. */
export async function withDatabase<T>(
  environment: Environment,
  work: (database: Database) => Promise<T>,
  { mayCreate = false }: WithDatabaseOptions = {},
): Promise<T> {
  const config = readGaiaConfig(environment);
  if (!mayCreate && !(await hasDatabase(config))) throw new NoDatabaseError(resolve(config.GAIA_HOME));
  const database = await openConfiguredDatabase(config);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

export function openConfiguredDatabase({ DATABASE_URL, GAIA_HOME }: GaiaConfig): Promise<Database> {
  return openDatabase({
    ...(DATABASE_URL === undefined ? {} : { url: DATABASE_URL }),
    dataFolder: resolve(GAIA_HOME),
    mode: "join",
    poolSize: 2,
  });
}

/** False where opening would create an embedded database. */
export async function hasDatabase({ DATABASE_URL, GAIA_HOME }: GaiaConfig): Promise<boolean> {
  if (DATABASE_URL !== undefined) return true;
  const files = await readdir(join(resolve(GAIA_HOME), "postgres")).catch(() => []);
  return files.length > 0;
}
