/** Where Gaia spends its time under 64 connections: `node bench/gateway/profile.ts [stream]`. */
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMockProvider } from "./contenders/start-contenders.ts";
import { startGaia } from "./contenders/start-gaia.ts";
import { measureStreams } from "./scenarios/streaming.ts";
import { measureThroughput } from "./scenarios/throughput.ts";
import { monotonicMicroseconds } from "./support/clock.ts";
import { type FunctionCost, readProfile } from "./support/read-profile.ts";

const shownFunctions = 45;

process.once("SIGINT", () => process.exit(1));
const isStream = process.argv.includes("stream");
const folder = await mkdtemp(join(tmpdir(), "gaia-profile-"));
const provider = await startMockProvider(folder);
const gaia = await startGaia({
  folder,
  providerUrl: provider.url.origin,
  nodeArguments: ["--cpu-prof", "--cpu-prof-interval=500", `--cpu-prof-dir=${folder}`],
});
const load = (rounds: number) =>
  isStream
    ? measureStreams([gaia], { rounds, streams: 500 })
    : measureThroughput([gaia], { rounds, concurrency: 64, seconds: 4 });

// Until then much of the time goes into compiling.
await load(3);
const from = monotonicMicroseconds();
const cells = await load(2);
const to = monotonicMicroseconds();
await Promise.all([gaia.stop(), provider.stop()]);

console.log(cells.get("gaia")?.problem ?? cells.get("gaia")?.medians);
for (const file of (await readdir(folder)).filter((name) => name.endsWith(".cpuprofile"))) {
  const costs = readProfile(join(folder, file), from, to);
  console.log(`\n${join(folder, file)}\n\n  self  with callees`);
  print(costs.toSorted((a, b) => b.selfShare - a.selfShare).slice(0, shownFunctions));
  console.log("\nGaia's own functions, with all they call\n");
  const own = costs.filter(({ place }) => /(?:packages|services|apps)\//.test(place));
  print(own.toSorted((a, b) => b.totalShare - a.totalShare).slice(0, shownFunctions));
}

function print(costs: readonly FunctionCost[]): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(7);
  for (const { place, selfShare, totalShare } of costs)
    console.log(`${percent(selfShare)} ${percent(totalShare)}  ${place}`);
}
