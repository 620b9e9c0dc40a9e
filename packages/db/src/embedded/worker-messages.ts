export interface WorkerInput {
  readonly clusterFolder: string;
  readonly socketPath: string;
}

export type WorkerReport = { readonly state: "ready" } | { readonly state: "closed" };
