import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DataFolderInUseError } from "../data-folder-in-use.ts";
import { canConnect } from "./can-connect.ts";
import { acquireFolderLock, type FolderLock } from "./folder-lock.ts";
import { findSocket, prepareSocket, socketUrl } from "./socket-location.ts";
import { keepRunning } from "./keep-running.ts";
import { startWorker } from "./start-worker.ts";

const joinTimeoutMs = 15_000;
const retryMs = 50;

export interface EmbeddedOptions {
  readonly dataFolder: string;
  readonly mode: "own" | "join";
  readonly onError: (error: Error) => void;
}

export interface EmbeddedDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/** Becomes the owner of the folder's database, or in mode `join` connects to the one who is. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const dataFolder = resolve(options.dataFolder);
  const postgresFolder = join(dataFolder, "postgres");
  await mkdir(postgresFolder, { recursive: true, mode: 0o700 });

  const giveUpAt = performance.now() + joinTimeoutMs;
  for (;;) {
    const lock = acquireFolderLock(dataFolder);
    if (lock) return own(postgresFolder, lock, options.onError);
    if (options.mode === "own") throw new DataFolderInUseError(dataFolder);

    // The owner may still be starting, or may just have stopped: then the lock is free.
    const socket = await findSocket(postgresFolder);
    if (socket && (await canConnect(socket.path))) {
      return { url: socketUrl(socket), close: () => Promise.resolve() };
    }
    if (performance.now() > giveUpAt) throw new DataFolderInUseError(dataFolder);
    await delay(retryMs);
  }
}

async function own(
  postgresFolder: string,
  lock: FolderLock,
  onError: (error: Error) => void,
): Promise<EmbeddedDatabase> {
  try {
    const socket = await prepareSocket(postgresFolder);
    const worker = await keepRunning({
      start: async () => {
        // A worker that was aborted leaves its socket behind.
        await rm(socket.path, { force: true });
        return startWorker({ clusterFolder: join(postgresFolder, "cluster"), socketPath: socket.path });
      },
      onError,
      firstPauseMs: 100,
    });
    return {
      url: socketUrl(socket),
      close: async () => {
        await worker.stop();
        await rm(socket.path, { force: true });
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
