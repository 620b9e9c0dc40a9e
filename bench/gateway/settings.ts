/** How long each part runs. The rounds are many and short: on a shared machine that is worth more than long ones. */
export interface Settings {
  readonly warmUpSeconds: number;
  readonly latency: { readonly rounds: number; readonly requests: number };
  readonly throughput: { readonly rounds: number; readonly seconds: number; readonly concurrencies: readonly number[] };
  readonly streaming: { readonly rounds: number; readonly streams: readonly number[] };
  readonly memory: { readonly restSeconds: number };
  /** A run that hangs is cut after this time. */
  readonly limitSeconds: number;
}

const full: Settings = {
  // A large program is compiled for seconds under load, and that is not what its rounds shall show.
  warmUpSeconds: 10,
  latency: { rounds: 11, requests: 300 },
  throughput: { rounds: 5, seconds: 2, concurrencies: [16, 64] },
  streaming: { rounds: 3, streams: [100, 500] },
  memory: { restSeconds: 60 },
  limitSeconds: 480,
};

const quick: Settings = {
  warmUpSeconds: 1,
  latency: { rounds: 6, requests: 150 },
  throughput: { rounds: 2, seconds: 1, concurrencies: [16, 64] },
  streaming: { rounds: 1, streams: [100, 500] },
  memory: { restSeconds: 8 },
  limitSeconds: 150,
};

export function settingsFor(parameters: readonly string[]): Settings {
  return parameters.includes("--quick") ? quick : full;
}
