const limits = [
  "GAIA_LIMIT_ADDRESS_REQUESTS",
  "GAIA_LIMIT_FAILED_CREDENTIALS",
  "GAIA_LIMIT_CREDENTIALS",
  "GAIA_LIMIT_REQUESTS",
  "GAIA_LIMIT_MODEL_REQUESTS",
] as const;

type Settings = Readonly<Record<string, string>>;

/** Requests are counted as in production, and none is ever one too many. */
export const limitsOutOfReach: Settings = allLimits("1000000000");

export const limitsOff: Settings = allLimits("0");

function allLimits(count: string): Settings {
  return Object.fromEntries(limits.map((name) => [name, count]));
}
