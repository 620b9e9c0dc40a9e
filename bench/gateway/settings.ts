/** How long each part runs. The rounds are many and short: on a shared machine that is worth more than long ones. */
export interface Settings {
  readonly latency: { readonly rounds: number; readonly requests: number };
  readonly throughput: { readonly rounds: number; readonly seconds: number; readonly concurrencies: readonly number[] };
  readonly streaming: { readonly rounds: number; readonly streams: readonly number[] };
  readonly memory: { readonly restSeconds: number };
  /** The whole run is cut after this time. */
  readonly limitSeconds: number;
}

const full: Settings = {
  latency: { rounds: 11, requests: 300 },
  throughput: { rounds: 5, seconds: 2, concurrencies: [16, 64] },
  streaming: { rounds: 3, streams: [100, 500] },
  memory: { restSeconds: 60 },
  limitSeconds: 360,
};

const quick: Settings = {
  latency: { rounds: 5, requests: 150 },
  throughput: { rounds: 2, seconds: 1, concurrencies: [16, 64] },
  streaming: { rounds: 1, streams: [100, 500] },
  memory: { restSeconds: 15 },
  limitSeconds: 90,
};

export function settingsFor(parameters: readonly string[]): Settings {
  return parameters.includes("--quick") ? quick : full;
}
