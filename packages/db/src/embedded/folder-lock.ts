import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface FolderLock {
  release(): void;
}

export const lockFile = "lock.sqlite";

const sqliteBusy = 5;

/**
 * Takes the folder for this process, or answers undefined when another one has it.
 *
 * The lock is SQLite's lock on an empty file, because Node offers no file locks of its own and this
 * one is held by the kernel: it goes away with the process, however that ends. The owner must not open
 * the file in any other way, because closing it would release the lock.
 */
export function acquireFolderLock(folder: string): FolderLock | undefined {
  const database = new DatabaseSync(join(folder, lockFile), { timeout: 0 });
  try {
    database.exec("begin exclusive");
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
}
