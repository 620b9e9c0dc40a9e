import { rmSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Contender } from "./contenders/contender.ts";
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
import { machineFacts } from "./support/machine-facts.ts";
import type { Cells } from "./support/rounds.ts";

const resultsFolder = fileURLToPath(new URL("../results/", import.meta.url));

const settings = settingsFor(process.argv.slice(2));
const folder = await mkdtemp(join(tmpdir(), "gaia-bench-"));
// Ending the process ends its children and its folder too, whoever asks for it.
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const limit = setTimeout(() => {
  console.error(`The run took longer than ${settings.limitSeconds} s and was cut.`);
  process.exit(1);
}, settings.limitSeconds * 1000);

try {
  const results = await measureAll(settings, folder);
  printReport(results);
  console.log(`\nraw figures: ${await keep(results)}`);
} finally {
  clearTimeout(limit);
}

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

async function keep(results: Results): Promise<string> {
  await mkdir(resultsFolder, { recursive: true });
  const path = join(resultsFolder, `${results.machine.date.replaceAll(":", "-")}.json`);
  const everything = { ...results, loadAverageAfter: loadavg(), verdicts: judge(results) };
  const plain = (_name: string, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
  await writeFile(path, JSON.stringify(everything, plain, 2));
  return path;
}

function say(text: string): void {
  console.log(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${text}`);
}
