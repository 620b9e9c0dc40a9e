import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** PostgreSQL's own name, so that `psql -h <folder>` finds it. */
const socketName = ".s.PGSQL.5432";
/** The system refuses longer addresses: 103 bytes on macOS, 107 on Linux. */
const longestSocketPath = 100;

export interface SocketLocation {
  readonly folder: string;
  readonly path: string;
}

/** Chooses where the owner listens, clears what a dead owner left there, and leaves a pointer to it. */
export async function prepareSocket(postgresFolder: string): Promise<SocketLocation> {
  const location = locate(postgresFolder);
  if (location.folder !== postgresFolder) await makePrivateFolder(location.folder);
  await rm(location.path, { force: true });
  await writeFile(pointerPath(postgresFolder), `${location.folder}\n`);
  return location;
}

/** Where the owner of this folder said that it listens; undefined when it never said. */
export async function findSocket(postgresFolder: string): Promise<SocketLocation | undefined> {
  const folder = await readFile(pointerPath(postgresFolder), "utf8").catch(() => undefined);
  return folder === undefined ? undefined : at(folder.trim());
}

export function socketUrl(location: SocketLocation): string {
  return `postgresql://postgres@/postgres?host=${encodeURIComponent(location.folder)}`;
}

function locate(postgresFolder: string): SocketLocation {
  const beside = at(postgresFolder);
  if (fits(beside)) return beside;

  const name = `gaia-${userInfo().username}-${createHash("sha256").update(postgresFolder).digest("hex").slice(0, 16)}`;
  const temporary = [tmpdir(), "/tmp"].map((folder) => at(join(folder, name))).find(fits);
  if (!temporary) throw new Error(`No folder is short enough for the socket of ${postgresFolder}`);
  return temporary;
}

function at(folder: string): SocketLocation {
  return { folder, path: join(folder, socketName) };
}

function fits(location: SocketLocation): boolean {
  return Buffer.byteLength(location.path) <= longestSocketPath;
}

/** Everybody can write to the temporary folder, so a folder that somebody else made is not used. */
async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const status = await lstat(folder);
  if (!status.isDirectory() || status.uid !== userInfo().uid) {
    throw new Error(`The folder ${folder} belongs to another user; remove it or set TMPDIR`);
  }
  await chmod(folder, 0o700);
}

function pointerPath(postgresFolder: string): string {
  return join(postgresFolder, "socket-folder");
}
