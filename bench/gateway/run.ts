import { join } from "node:path";
import { keepResults } from "../support/keep-results.ts";
import { machineFacts } from "../support/machine-facts.ts";
import { runBenchmark, say } from "../support/run-benchmark.ts";
import type { Cells, Contender } from "./contenders/contender.ts";
import { startBareProxy, startMockProvider, startPortkey } from "./contenders/start-contenders.ts";
import { startGaia } from "./contenders/start-gaia.ts";
import { judge } from "./judge.ts";
import { printReport } from "./print-report.ts";
import type { Results } from "./results.ts";
import { measureLatency } from "./scenarios/added-latency.ts";
import { measureBurst } from "./scenarios/memory-burst.ts";
import { measureStreams } from "./scenarios/streaming.ts";
import { measureThroughput } from "./scenarios/throughput.ts";
import { type Settings, settingsFor } from "./settings.ts";

const settings = settingsFor(process.argv.slice(2));

await runBenchmark(settings.limitSeconds, async (folder) => {
  const results = await measureAll(settings, folder);
  printReport(results);
  console.log(`\nraw figures: ${await keepResults(results.machine, "", { ...results, verdicts: judge(results) })}`);
});

async function measureAll(chosen: Settings, temporary: string): Promise<Results> {
  const machine = machineFacts();
  const provider = await startMockProvider(temporary);
  const options = { folder: temporary, providerUrl: provider.url.origin };
  const inGaiaFolder = { ...options, folder: join(temporary, "gaia") };
  const bare = await startBareProxy(options);
  const gaia = await startGaia(inGaiaFolder);
  const portkey = await startPortkey(options);
  const contenders = [provider, bare, gaia, portkey];

  say(`warm-up (Gaia's first start took ${gaia.startMs.toFixed(0)} ms)`);
  await measureThroughput(contenders, { rounds: 1, concurrency: 16, seconds: chosen.warmUpSeconds });
  say("one at a time");
  const latency = await measureLatency(contenders, chosen.latency);
  const throughput = await byNumber(chosen.throughput.concurrencies, (concurrency) =>
    measureThroughput(contenders, { ...chosen.throughput, concurrency }),
  );
  const streaming = await byNumber(chosen.streaming.streams, (streams) =>
    measureStreams(contenders, { ...chosen.streaming, streams }),
  );
  say("stopping");
  const loggedCompletions = gaia.log().split('"operation":"chat.create-chat-completion"').length - 1;
  await stopAll([bare, gaia, portkey]);

  say("memory");
  const fresh = [
    await startBareProxy(options),
    await startGaia({ ...inGaiaFolder, key: gaia.key }),
    await startPortkey(options),
  ];
  const startMs = fresh.find(({ name }) => name === "gaia")?.startMs ?? Number.NaN;
  const memory = await measureBurst(fresh, chosen.memory.restSeconds);
  await stopAll([...fresh, provider]);
  say("done");
  return { machine, settings: chosen, startMs, latency, throughput, streaming, memory, loggedCompletions };
}

async function byNumber(
  numbers: readonly number[],
  measure: (number: number) => Promise<Cells>,
): Promise<ReadonlyMap<number, Cells>> {
  const measured = new Map<number, Cells>();
  for (const number of numbers) {
    say(`${number} at once`);
    measured.set(number, await measure(number));
  }
  return measured;
}

async function stopAll(contenders: readonly Contender[]): Promise<void> {
  await Promise.all(contenders.map((contender) => contender.stop()));
}
