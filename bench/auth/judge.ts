import type { Cell } from "../support/rounds.ts";
import { sum } from "../support/statistics.ts";
import { atMost, onlyWhen, type Verdict, verdict } from "../support/verdict.ts";
import type { Results } from "./results.ts";

const acceptedSlowdown = 1.2;
// With less to spare before the flood, it is other programs that slow the callers, now in these rounds and now in those.
const calmIdlePercent = 70;
// A machine without anything to spare in the flood, or a flood that does not arrive, proves nothing good.
const sparePercent = 10;
const deliveredShare = 0.95;

/** Every bar that this benchmark can judge. */
export function judge({ flood, settings }: Results): Verdict[] {
  return [...flood].flatMap(([limits, cells]) => {
    const [quiet, flooded] = [cells.get("quiet"), cells.get("flood")];
    const slowdown = figure(flooded, "p50Microseconds") / figure(quiet, "p50Microseconds");
    const isCalm = figure(quiet, "idlePercent") >= calmIdlePercent;
    const isWholeFlood =
      figure(flooded, "idlePercent") >= sparePercent &&
      figure(flooded, "floodPerSecond") >= deliveredShare * settings.flood.forgeriesPerSecond;
    const refused = sum(flooded?.rounds.map(({ figures }) => figures["refused"] ?? Number.NaN) ?? []);
    return [
      verdict(
        `${limits}: a flood slows callers by ≤ 20 % at the median`,
        `${slowdown.toFixed(2)} ×`,
        isCalm ? onlyWhen(isWholeFlood, atMost(slowdown, acceptedSlowdown)) : null,
      ),
      verdict(`${limits}: no caller is refused in the flood`, `${refused} refused`, atMost(refused, 0)),
    ];
  });
}

function figure(cell: Cell | undefined, name: string): number {
  return cell?.medians[name] ?? Number.NaN;
}
