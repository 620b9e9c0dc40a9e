import { Worker } from "node:worker_threads";
import { withTimeout } from "../with-timeout.ts";
import { isWorkerReport, type WorkerInput } from "./worker-messages.ts";

const stopTimeoutMs = 10_000;

export interface RunningWorker {
  /** Resolves with the reason when the worker ends, for whatever reason. */
  readonly ended: Promise<Error>;
  stop(): Promise<void>;
}

/** Resolves when the database in the worker accepts connections. */
export async function startWorker(input: WorkerInput): Promise<RunningWorker> {
  const worker = new Worker(new URL("./postgres-worker.ts", import.meta.url), {
    name: "postgres",
    workerData: input,
    // Options of the program, such as --watch or --test, mean nothing here.
    execArgv: [],
  });
  const ended = untilEnded(worker);
  const failure = await Promise.race([untilReady(worker), ended]);
  if (failure !== undefined) throw failure;

  return {
    ended,
    stop: async () => {
      worker.postMessage("stop", []);
      await withTimeout(ended, stopTimeoutMs, "stopping the embedded database").catch(() => worker.terminate());
    },
  };
}

function untilReady(worker: Worker): Promise<undefined> {
  return new Promise((resolve) => {
    const look = (message: unknown): void => {
      if (!isWorkerReport(message) || message.state !== "ready") return;
      worker.off("message", look);
      resolve(undefined);
    };
    worker.on("message", look);
  });
}

function untilEnded(worker: Worker): Promise<Error> {
  return new Promise((resolve) => {
    worker.once("error", resolve);
    worker.once("exit", (code) => resolve(new Error(`The embedded database ended with exit code ${code}`)));
  });
}
