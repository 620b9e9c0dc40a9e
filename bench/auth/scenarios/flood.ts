import { setTimeout as delay } from "node:timers/promises";
import { interleave } from "../../support/interleave.ts";
import { idleShareSince, processorTimes } from "../../support/machine-load.ts";
import { processorTime } from "../../support/process-cost.ts";
import type { CellsOf, Measurement } from "../../support/rounds.ts";
import { forgeCallers } from "../callers/forge-callers.ts";
import type { StoredCaller } from "../callers/store-callers.ts";
import type { Load, LoadResult } from "../load/load.ts";
import type { LoadProcess } from "../load/start-load-process.ts";
import type { FloodSettings } from "../settings.ts";
import { guardedPath, type Target } from "./call.ts";

/** No flood; the flood at another program, which costs the machine as much; the flood. */
export type FloodName = "quiet" | "beside" | "flood";

// The flood begins before the calls that are measured and ends after them.
const marginMs = 300;
const floodConnections = 20;
// One address for each connection of the flood, as of a small botnet, so that no address alone has sent too much. The
// callers have others, or the limits of an address would count both together.
const floodAddresses = Array.from({ length: floodConnections }, (_, index) => `127.0.2.${index + 1}`);
const callerAddress = (index: number) => `127.0.1.${index + 1}`;

interface Flood {
  readonly gaia: Target;
  readonly bare: Target;
  /** For the callers and for the flood, so that neither waits for the other in one process. */
  readonly load: LoadProcess;
  readonly floodLoad: LoadProcess;
  readonly callers: readonly StoredCaller[];
}

/** Known callers at a rate, with and without a flood of credentials that nobody has. */
export function measureFlood(flood: Flood, settings: FloodSettings): Promise<CellsOf<FloodName>> {
  const contenders = [
    { name: "quiet", target: undefined },
    { name: "beside", target: flood.bare },
    { name: "flood", target: flood.gaia },
  ] as const;
  return interleave(contenders, settings.rounds, ({ target }) => measure(flood, settings, target));
}

/** The calls alone, so that connections, code and caches are as they are later. */
export async function warmUp(flood: Flood, settings: FloodSettings, seconds: number): Promise<void> {
  await callAtRate(flood, { ...settings, seconds });
}

async function measure(flood: Flood, settings: FloodSettings, target: Target | undefined): Promise<Measurement> {
  const prepared = target === undefined ? undefined : floodOf(target, settings);
  const flooding = prepared === undefined ? undefined : flood.floodLoad.run(prepared);
  await delay(marginMs);
  const timesBefore = await processorTimes();
  const processorBefore = await processorTime(flood.gaia.pid);
  const calls = await callAtRate(flood, settings);
  const processor = (await processorTime(flood.gaia.pid)) - processorBefore;
  const idleShare = await idleShareSince(timesBefore);
  const { "200": good = 0 } = calls.answersByStatus;
  const answers = sumOf(calls.answersByStatus);
  return {
    figures: {
      p50Microseconds: calls.p50Microseconds,
      p99Microseconds: calls.p99Microseconds,
      answers,
      refused: answers - good,
      lateP99Microseconds: calls.lateP99Microseconds,
      idlePercent: idleShare * 100,
      processorShare: processor / 1_000_000 / calls.seconds,
      ...figuresOf(await flooding),
    },
    problem: calls.broken === 0 ? null : `${calls.broken} calls were broken off`,
  };
}

function callAtRate({ load, gaia, callers }: Flood, { callsPerSecond, seconds }: FloodSettings): Promise<LoadResult> {
  return load.run({
    origin: gaia.origin,
    path: guardedPath,
    callers: callers.map(({ shownKey }) => shownKey),
    connections: callers.length,
    addresses: callers.map((_, index) => callerAddress(index)),
    pace: { kind: "rate", perSecond: callsPerSecond, seconds },
  });
}

function floodOf({ origin }: Target, { forgeriesPerSecond, seconds }: FloodSettings): Load {
  const floodSeconds = seconds + (2 * marginMs) / 1000;
  return {
    origin,
    path: guardedPath,
    callers: forgeCallers(Math.ceil(forgeriesPerSecond * floodSeconds)),
    connections: floodConnections,
    addresses: floodAddresses,
    pace: { kind: "rate", perSecond: forgeriesPerSecond, seconds: floodSeconds },
  };
}

function figuresOf(flood: LoadResult | undefined): Record<string, number> {
  const { "401": refused = 0, "429": limited = 0, ...others } = flood?.answersByStatus ?? {};
  return {
    floodPerSecond: flood === undefined ? 0 : sumOf(flood.answersByStatus) / flood.seconds,
    flood401: refused,
    flood429: limited,
    floodOther: sumOf(others),
    floodBroken: flood?.broken ?? 0,
  };
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
