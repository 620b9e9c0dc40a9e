import { access, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { acquireFolderLock, lockFile } from "./folder-lock.ts";

export interface FolderOwner {
  /** Unknown where the system does not tell who holds a lock. */
  readonly processId: number | undefined;
}

/** Which process has the data folder open; undefined when nobody has. Creates nothing in a folder that has no database. */
export async function findFolderOwner(folder: string): Promise<FolderOwner | undefined> {
  const path = join(folder, lockFile);
  const isKnown = await access(path).then(
    () => true,
    () => false,
  );
  if (!isKnown) return undefined;
  const lock = acquireFolderLock(folder);
  if (lock === undefined) return { processId: await findLockHolder(path) };
  lock.release();
  return undefined;
}

/** Linux lists the locks of all processes by inode. */
async function findLockHolder(path: string): Promise<number | undefined> {
  const locks = await readFile("/proc/locks", "utf8").catch(() => "");
  const { ino } = await stat(path);
  const holder = new RegExp(`WRITE (\\d+) [0-9a-f]+:[0-9a-f]+:${ino} `).exec(locks)?.[1];
  return holder === undefined || holder === "0" ? undefined : Number(holder);
}
