/** How much each part does. */
export interface Settings {
  readonly warmUpSeconds: number;
  readonly hot: {
    readonly rounds: number;
    readonly seconds: number;
    readonly connections: number;
    readonly keys: number;
  };
  /** Callers who have not called before, by connections. */
  readonly cold: { readonly rounds: number; readonly callers: ReadonlyMap<number, number> };
  readonly flood: FloodSettings;
  /** A run that hangs is cut after this time. */
  readonly limitSeconds: number;
}

export interface FloodSettings {
  readonly rounds: number;
  readonly seconds: number;
  readonly callers: number;
  readonly callsPerSecond: number;
  readonly forgeriesPerSecond: number;
}

const full: Settings = {
  warmUpSeconds: 8,
  hot: { rounds: 7, seconds: 2, connections: 16, keys: 1000 },
  cold: {
    rounds: 3,
    callers: new Map([
      [1, 500],
      [8, 3000],
    ]),
  },
  flood: { rounds: 9, seconds: 5, callers: 50, callsPerSecond: 200, forgeriesPerSecond: 1000 },
  limitSeconds: 1200,
};

const quick: Settings = {
  warmUpSeconds: 2,
  hot: { ...full.hot, rounds: 3, seconds: 1 },
  cold: {
    rounds: 1,
    callers: new Map([
      [1, 200],
      [8, 1000],
    ]),
  },
  flood: { ...full.flood, rounds: 3, seconds: 2 },
  limitSeconds: 240,
};

export function settingsFor(parameters: readonly string[]): Settings {
  return parameters.includes("--quick") ? quick : full;
}
