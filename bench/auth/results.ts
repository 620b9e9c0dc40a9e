import type { MachineFacts } from "../support/machine-facts.ts";
import type { CellsOf } from "../support/rounds.ts";
import type { ColdName } from "./scenarios/cold.ts";
import type { FloodName } from "./scenarios/flood.ts";
import type { HotName } from "./scenarios/hot.ts";
import type { Settings } from "./settings.ts";

export type LimitsName = "limits on" | "limits off";

/** Everything that one run measured. */
export interface Results {
  readonly machine: MachineFacts;
  readonly settings: Settings;
  readonly hot: CellsOf<HotName>;
  /** By connections. */
  readonly cold: ReadonlyMap<number, CellsOf<ColdName>>;
  readonly flood: ReadonlyMap<LimitsName, CellsOf<FloodName>>;
}
