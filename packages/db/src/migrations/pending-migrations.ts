import type { Database } from "../database.ts";
import { type MigrationFile, readMigrationFiles } from "./migration-files.ts";

const undefinedTable = "42P01";

/**
 * The migrations that this database still needs; one round trip. Rejects when a file that was
 * already applied has changed since.
 */
export async function pendingMigrations(
  { pool }: Pick<Database, "pool">,
  files?: readonly MigrationFile[],
): Promise<MigrationFile[]> {
  const [all, applied] = await Promise.all([files ?? readMigrationFiles(), appliedMigrations(pool)]);
  return all.filter((file) => {
    const checksum = applied.get(file.name);
    if (checksum !== undefined && checksum !== file.checksum) throw changedMigration(file.name);
    return checksum === undefined;
  });
}

function changedMigration(name: string): Error {
  return new Error(
    `The migration ${name}.sql was applied to this database and has been changed since. ` +
      "Put the file back as it was and write a new migration instead.",
  );
}

async function appliedMigrations(pool: Database["pool"]): Promise<Map<string, string>> {
  try {
    const { rows } = await pool.query<{ name: string; checksum: string }>("select name, checksum from gaia_migrations");
    return new Map(rows.map((row) => [row.name, row.checksum]));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === undefinedTable) return new Map();
    throw error;
  }
}
