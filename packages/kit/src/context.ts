import type { Caller } from "@gaia/contracts";
import type { Log } from "./log.ts";

/** The caller, which travels, and what the serving process lends for one call. */
export interface Context extends Caller {
  readonly log: Log;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Headers by which a caller says which form of a vendor's dialect it speaks; absent where nothing came over HTTP. */
  readonly dialectHeaders?: Readonly<Record<string, string>>;
}
