/** How long a revoked credential's stream goes on: `node bench/auth/revocation.ts [--quick]`. */
import { keepResults } from "../support/keep-results.ts";
import { describeMachine, machineFacts } from "../support/machine-facts.ts";
import { printTable, number } from "../support/print-table.ts";
import { toCell } from "../support/interleave.ts";
import type { Cell } from "../support/rounds.ts";
import { say } from "../support/run-benchmark.ts";
import { percentile } from "../support/statistics.ts";
import { atMost, printVerdicts, type Verdict, verdict } from "../support/verdict.ts";
import { openTopology, topologies, type Topology } from "./revocation/open-topology.ts";
import { revocationKinds, timeRevocation } from "./revocation/time-revocation.ts";

const acceptedMs = 1000;
const warmUps = 3;
const tries = process.argv.includes("--quick") ? 15 : 100;

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => interruption.abort(new Error(`Ended by ${signal}`)));

const machine = machineFacts();
const milliseconds = new Map<string, number[]>();
for (const topology of topologies) {
  say(topology);
  for (const [name, samples] of await measure(topology)) milliseconds.set(name, samples);
}
report();
const raw = { machine, tries, milliseconds, verdicts: judge() };
console.log(`\nraw figures: ${await keepResults(machine, "revocation-", raw)}`);
// What the worlds leave open must not hold the process.
process.exit();

/** Keys and sessions in turn. */
async function measure(topology: Topology): Promise<ReadonlyMap<string, number[]>> {
  await using stack = new AsyncDisposableStack();
  const scripted = await openTopology(topology, stack);
  const measured = new Map(revocationKinds.map((kind) => [kind, new Array<number>()]));
  for (let index = -warmUps; index < tries; index += 1) {
    for (const [kind, samples] of measured) {
      interruption.signal.throwIfAborted();
      const sample = await timeRevocation(scripted, kind);
      if (index >= 0) samples.push(sample);
    }
  }
  return new Map([...measured].map(([kind, samples]) => [`${topology}: ${kind}`, samples]));
}

function report(): void {
  console.log(`\n${describeMachine(machine)}`);
  printTable(
    `revocation to last byte, ${tries} tries`,
    [...milliseconds].map(([name, samples]) => [name, cellOf(samples)] as const),
    [
      ["p50 ms", number("p50", 1)],
      ["p99 ms", number("p99", 1)],
      ["max ms", number("max", 1)],
    ],
  );
  printVerdicts("bars", judge());
}

function judge(): Verdict[] {
  return [...milliseconds].map(([name, samples]) => {
    const p99 = percentile(samples, 0.99);
    return verdict(`${name}: ≤ 1 s at p99`, `${p99.toFixed(1)} ms`, atMost(p99, acceptedMs));
  });
}

function cellOf(samples: readonly number[]): Cell {
  const figures = { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99), max: Math.max(...samples) };
  return toCell([{ figures, problem: null }]);
}
