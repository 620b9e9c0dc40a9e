import { interleave } from "../../support/interleave.ts";
import type { CellsOf } from "../../support/rounds.ts";
import { sum } from "../../support/statistics.ts";
import type { StoredCaller } from "../callers/store-callers.ts";
import type { LoadProcess } from "../load/start-load-process.ts";
import type { Settings } from "../settings.ts";
import { callFully, guardedPath, type Target } from "./call.ts";

export type ColdName = "known key" | "new keys" | "new tokens";

interface Cold {
  readonly gaia: Target;
  readonly load: LoadProcess;
  /** Nobody of them has called yet; as many as `callersNeeded`. */
  readonly callers: readonly StoredCaller[];
  readonly knownKey: string;
}

export function callersNeeded({ rounds, callers }: Settings["cold"]): number {
  return rounds * sum([...callers.values()]);
}

/** Callers who each call once, so that Gaia must look every one of them up: the credential, the roles, the grants. */
export async function measureCold(
  { gaia, load, callers, knownKey }: Cold,
  settings: Settings["cold"],
): Promise<ReadonlyMap<number, CellsOf<ColdName>>> {
  const measured = new Map<number, CellsOf<ColdName>>();
  let used = 0;
  for (const [connections, count] of settings.callers) {
    const start = used;
    const groupOf = (round: number) => callers.slice(start + round * count, start + (round + 1) * count);
    const contenders = [
      { name: "known key", callersOf: () => Array.from({ length: count }, () => knownKey) },
      { name: "new keys", callersOf: (round: number) => groupOf(round).map(({ shownKey }) => shownKey) },
      { name: "new tokens", callersOf: (round: number) => groupOf(round).map(({ shownToken }) => shownToken) },
    ] as const;
    const cells = await interleave(contenders, settings.rounds, ({ callersOf }, round) =>
      callFully(load, gaia, { path: guardedPath, callers: callersOf(round), connections, pace: { kind: "once" } }),
    );
    measured.set(connections, cells);
    used += settings.rounds * count;
  }
  return measured;
}
