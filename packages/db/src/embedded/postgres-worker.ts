import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { parentPort, workerData } from "node:worker_threads";
import { serveSession } from "./session-server.ts";
import type { WorkerInput, WorkerReport } from "./worker-messages.ts";

const { clusterFolder, socketPath }: WorkerInput = workerData;

await run();

async function run(): Promise<void> {
  const postgres = await PGlite.create({ dataDir: clusterFolder, extensions: { vector } });
  const server = await serveSession({
    socketPath,
    greeting: (await postgres.execProtocolRaw(startupMessage())).slice(),
    onFailure: (error) => {
      // An abort of the WebAssembly program leaves nothing to go on with: the worker ends, and whoever
      // started it starts another one, which recovers from the log.
      setImmediate(() => {
        throw error;
      });
    },
    session: {
      execute: (bytes, onAnswer) =>
        postgres.runExclusive(() =>
          postgres.execProtocolRawStream(bytes, {
            // PGlite reuses its memory for the next piece.
            onRawData: (piece) => onAnswer(piece.slice()),
          }),
        ),
      isInTransaction: () => postgres.isInTransaction(),
      rollback: async () => {
        // A client may have gone between the parts of a statement, which only a sync ends.
        await postgres.execProtocolRaw(syncMessage());
        await postgres.exec("rollback");
      },
    },
  });
  report({ state: "ready" });

  parentPort?.once("message", () => {
    void stop();
  });

  async function stop(): Promise<void> {
    await server.close();
    await postgres.close();
    report({ state: "closed" });
    parentPort?.close();
  }
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message, []);
}

function startupMessage(): Uint8Array {
  const parameters = Buffer.from("user\0postgres\0database\0postgres\0client_encoding\0UTF8\0\0");
  const head = Buffer.alloc(8);
  head.writeUInt32BE(parameters.length + 8, 0);
  head.writeUInt32BE(196608, 4);
  return new Uint8Array(Buffer.concat([head, parameters]));
}

function syncMessage(): Uint8Array {
  return new Uint8Array([0x53, 0, 0, 0, 4]);
}
