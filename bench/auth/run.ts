import { join } from "node:path";
import { keepResults } from "../support/keep-results.ts";
import { limitsOff, limitsOutOfReach } from "../support/limit-settings.ts";
import { machineFacts } from "../support/machine-facts.ts";
import type { CellsOf } from "../support/rounds.ts";
import { runBenchmark, say } from "../support/run-benchmark.ts";
import { type RunningGaia, startGaia } from "../support/start-gaia.ts";
import { type StoredCaller, storeCallers, tokenSecret } from "./callers/store-callers.ts";
import { type BareLookup, startBareLookup } from "./contenders/start-bare-lookup.ts";
import { judge } from "./judge.ts";
import { type LoadProcess, startLoadProcess } from "./load/start-load-process.ts";
import { printReport } from "./print-report.ts";
import type { LimitsName, Results } from "./results.ts";
import { callersNeeded, measureCold } from "./scenarios/cold.ts";
import { type FloodName, measureFlood, warmUp } from "./scenarios/flood.ts";
import { measureHot } from "./scenarios/hot.ts";
import { settingsFor } from "./settings.ts";

const settings = settingsFor(process.argv.slice(2));

await runBenchmark(settings.limitSeconds, async (folder) => {
  const results = await measureAll(folder);
  printReport(results);
  console.log(
    `\nraw figures: ${await keepResults(results.machine, "auth-", { ...results, verdicts: judge(results) })}`,
  );
});

async function measureAll(folder: string): Promise<Results> {
  const machine = machineFacts();
  const load = startLoadProcess();
  const gaia = await startIn(join(folder, "hot-and-cold"), limitsOutOfReach);
  say("storing callers");
  const callers = await storeCallers(gaia.home, settings.hot.keys + callersNeeded(settings.cold));
  const known = callers.slice(0, settings.hot.keys);
  const bare = await startBareLookup(
    folder,
    known.map(({ keyHash }) => keyHash),
  );

  say("warm-up");
  const hot = { bare, gaia, load, callers: known };
  await measureHot(hot, { ...settings.hot, rounds: 1, seconds: settings.warmUpSeconds });
  say("known callers");
  const hotCells = await measureHot(hot, settings.hot);
  say("new callers");
  const newcomers = callers.slice(settings.hot.keys);
  const knownKey = known[0]?.shownKey ?? "";
  const cold = await measureCold({ gaia, load, callers: newcomers, knownKey }, settings.cold);
  await gaia.stop();

  const flood = await measureFloods(folder, { bare, load });
  load.stop();
  await bare.stop();
  say("done");
  return { machine, settings, hot: hotCells, cold, flood };
}

/** A Gaia of its own for each setting, for what one is limited to another is not. */
async function measureFloods(
  folder: string,
  { bare, load }: { readonly bare: BareLookup; readonly load: LoadProcess },
): Promise<ReadonlyMap<LimitsName, CellsOf<FloodName>>> {
  const floodLoad = startLoadProcess();
  const measured = new Map<LimitsName, CellsOf<FloodName>>();
  const environments: readonly (readonly [LimitsName, Readonly<Record<string, string>>])[] = [
    ["limits on", {}],
    ["limits off", limitsOff],
  ];
  for (const [limits, environment] of environments) {
    say(`flood, ${limits}`);
    const gaia = await startIn(join(folder, limits.replace(" ", "-")), environment);
    const callers: readonly StoredCaller[] = await storeCallers(gaia.home, settings.flood.callers);
    const flood = { gaia, bare, load, floodLoad, callers };
    await warmUp(flood, settings.flood, settings.warmUpSeconds);
    measured.set(limits, await measureFlood(flood, settings.flood));
    await gaia.stop();
  }
  floodLoad.stop();
  return measured;
}

function startIn(folder: string, environment: Readonly<Record<string, string>>): Promise<RunningGaia> {
  return startGaia({ folder, environment: { SUPABASE_JWT_SECRET: tokenSecret, ...environment } });
}
