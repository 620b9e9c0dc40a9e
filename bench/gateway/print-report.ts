import { describeMachine } from "../support/machine-facts.ts";
import { type Column, differenceTo, number, printTable, ratioTo } from "../support/print-table.ts";
import { printVerdicts } from "../support/verdict.ts";
import type { Cells, ContenderName } from "./contenders/contender.ts";
import { judge } from "./judge.ts";
import type { Results } from "./results.ts";

const titles: Readonly<Record<ContenderName, string>> = {
  direct: "direct to the mock",
  bare: "bare Node proxy",
  gaia: "Gaia",
  portkey: "Portkey OSS",
};

/** Medians over the rounds, and what they say about the bars. */
export function printReport(results: Results): void {
  const { machine, latency, throughput, streaming, memory } = results;
  console.log(`\n${describeMachine(machine)}`);
  print("one at a time, 80-byte body", latency, [
    ["requests/s", number("requestsPerSecond", 0)],
    ["p50 µs", number("p50Microseconds", 0)],
    ["p99 µs", number("p99Microseconds", 0)],
    ["added p50 µs", added(latency, "p50Microseconds", 0)],
    ["added p99 µs", added(latency, "p99Microseconds", 0)],
  ]);
  for (const [concurrency, cells] of throughput) {
    print(`${concurrency} connections, 80-byte body`, cells, [
      ["requests/s", number("requestsPerSecond", 0)],
      ["× Portkey", ratioTo(cells.get("portkey"), "requestsPerSecond")],
      ["× bare", ratioTo(cells.get("bare"), "requestsPerSecond")],
      ["p50 ms", number("p50Milliseconds", 0)],
      ["p99 ms", number("p99Milliseconds", 0)],
      ["CPU µs/request", number("processorMicroseconds", 0)],
    ]);
  }
  for (const [streams, cells] of streaming) {
    print(`${streams} streams, ms`, cells, [
      ["first byte p50", number("firstByteP50", 1)],
      ["p99", number("firstByteP99", 1)],
      ["between chunks p50", number("gapP50", 2)],
      ["p99", number("gapP99", 2)],
      ["added p99", added(cells, "gapP99", 2)],
      ["on the way p50", number("transitP50", 2)],
      ["p99", number("transitP99", 2)],
      ["CPU µs/chunk", number("processorMicroseconds", 0)],
      ["buffered", number("buffered", 0)],
    ]);
  }
  print("1,500 × 150 KB at once, MiB", memory, [
    ["idle", number("idle", 0)],
    ["peak", number("peak", 0)],
    ["after", number("after", 0)],
    ["lowest after", number("lowest", 0)],
    ["× idle", number("growth", 2)],
    ["back after s", number("returnedAfter", 0)],
  ]);
  console.log(`\nGaia logged ${results.loggedCompletions} completions.`);
  printVerdicts("bars of design.md 15", judge(results));
}

function print(title: string, cells: Cells, columns: readonly Column[]): void {
  printTable(
    title,
    [...cells].map(([name, cell]) => [titles[name], cell] as const),
    columns,
  );
}

function added(cells: Cells, name: string, digits: number): Column[1] {
  return differenceTo(cells.get("direct"), name, digits);
}
