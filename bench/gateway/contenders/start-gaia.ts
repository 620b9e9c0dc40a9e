import { limitsOutOfReach } from "../../support/limit-settings.ts";
import { type RunningGaia, startGaia as start } from "../../support/start-gaia.ts";
import type { Contender, ContenderOptions } from "./contender.ts";

interface GaiaOptions extends ContenderOptions {
  /** For profilers. */
  readonly nodeArguments?: readonly string[];
  /** The key that an earlier start in the same folder printed; without it, this start prints one. */
  readonly key?: string;
}

export type GaiaContender = Contender & Pick<RunningGaia, "key" | "log">;

/** Every request is authenticated, authorized, counted, recorded in the embedded database and logged to a file. */
export async function startGaia({ providerUrl, ...options }: GaiaOptions): Promise<GaiaContender> {
  const gaia = await start({ ...options, environment: { ...limitsOutOfReach, OPENAI_BASE_URL: `${providerUrl}/v1` } });
  return {
    name: "gaia",
    key: gaia.key,
    url: new URL("/v1/chat/completions", gaia.origin),
    headers: { "content-type": "application/json", authorization: `Bearer ${gaia.key}` },
    pid: gaia.pid,
    startMs: gaia.startMs,
    log: () => gaia.log(),
    stop: () => gaia.stop(),
  };
}
