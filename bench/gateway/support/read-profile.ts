import { readFileSync } from "node:fs";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
}

export interface FunctionCost {
  readonly place: string;
  readonly selfShare: number;
  readonly totalShare: number;
}

/** Where a `.cpuprofile` spent its time between two moments of the monotonic clock, idle time aside. */
export function readProfile(path: string, from: number, to: number): FunctionCost[] {
  const profile = JSON.parse(readFileSync(path, "utf8")) as CpuProfile;
  const nodesById = new Map(profile.nodes.map((node) => [node.id, node]));
  const parentsById = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  let time = profile.startTime;
  let all = 0;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    time += delta;
    const place = placeOf(nodesById.get(id));
    if (time < from || time > to || place === "(idle)" || place === "(program)") continue;
    all += delta;
    add(self, place, delta);
    for (const ancestor of placesAbove(id, nodesById, parentsById)) add(total, ancestor, delta);
  }
  return [...total].map(([place, cost]) => ({
    place,
    selfShare: (self.get(place) ?? 0) / all,
    totalShare: cost / all,
  }));
}

/** The function itself and all that called it, each once however deep it recurses. */
function placesAbove(
  id: number,
  nodesById: ReadonlyMap<number, ProfileNode>,
  parentsById: ReadonlyMap<number, number>,
): Set<string> {
  const places = new Set<string>();
  for (let at: number | undefined = id; at !== undefined; at = parentsById.get(at))
    places.add(placeOf(nodesById.get(at)));
  return places;
}

function placeOf(node: ProfileNode | undefined): string {
  if (node === undefined) return "(unknown)";
  const { functionName, url, lineNumber } = node.callFrame;
  const name = functionName === "" ? "(anonymous)" : functionName;
  if (url === "") return name;
  const file = url
    .replace(/^file:\/\//, "")
    .replace(/^.*\/node_modules\//, "")
    .replace(/^.*\/main\//, "");
  return `${name} ${file}:${lineNumber + 1}`;
}

function add(costs: Map<string, number>, place: string, cost: number): void {
  costs.set(place, (costs.get(place) ?? 0) + cost);
}
