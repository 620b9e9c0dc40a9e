export interface WorkerInput {
  readonly clusterFolder: string;
  readonly socketPath: string;
}

export type WorkerReport = { readonly state: "ready" } | { readonly state: "closed" };

/** Node sends messages of its own as well, such as which files `--watch` is to watch. */
export function isWorkerReport(message: unknown): message is WorkerReport {
  return (
    typeof message === "object" &&
    message !== null &&
    "state" in message &&
    (message.state === "ready" || message.state === "closed")
  );
}
