import type { Caller } from "@gaia/contracts";
import type { Log } from "./log.ts";

/** The caller, which travels, and what the serving process lends for one call. */
export interface Context extends Caller {
  readonly log: Log;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}
