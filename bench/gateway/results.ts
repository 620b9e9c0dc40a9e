import type { Cells } from "./contenders/contender.ts";
import type { Settings } from "./settings.ts";
import type { MachineFacts } from "../support/machine-facts.ts";

/** Everything that one run measured. */
export interface Results {
  readonly machine: MachineFacts;
  readonly settings: Settings;
  /** Gaia's second start in the same folder, to the first healthy answer. */
  readonly startMs: number;
  readonly latency: Cells;
  /** By concurrency. */
  readonly throughput: ReadonlyMap<number, Cells>;
  /** By number of streams. */
  readonly streaming: ReadonlyMap<number, Cells>;
  readonly memory: Cells;
  /** Log lines that Gaia wrote about chat completions: proof that logging was on. */
  readonly loggedCompletions: number;
}
