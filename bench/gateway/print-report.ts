import type { ContenderName } from "./contenders/contender.ts";
import { judge } from "./judge.ts";
import type { Results } from "./results.ts";
import type { Cell, Cells } from "./support/rounds.ts";

type Column = readonly [title: string, value: (cell: Cell, direct: Cell | undefined) => string];

const titles: Readonly<Record<ContenderName, string>> = {
  direct: "direct to the mock",
  bare: "bare Node proxy",
  gaia: "Gaia",
  portkey: "Portkey OSS",
};

/** Medians over the rounds, and what they say about the bars. */
export function printReport(results: Results): void {
  const { machine, latency, throughput, streaming, memory } = results;
  console.log(
    `\n${machine.cores} × ${machine.processor}, Node ${machine.node}, load before ${machine.loadAverageBefore[0]?.toFixed(2)}`,
  );
  printTable("one at a time, 80-byte body", latency, [
    ["requests/s", number("requestsPerSecond", 0)],
    ["p50 µs", number("p50Microseconds", 0)],
    ["p99 µs", number("p99Microseconds", 0)],
    ["added p50 µs", addedTo("p50Microseconds", 0)],
    ["added p99 µs", addedTo("p99Microseconds", 0)],
  ]);
  for (const [concurrency, cells] of throughput) {
    printTable(`${concurrency} connections, 80-byte body`, cells, [
      ["requests/s", number("requestsPerSecond", 0)],
      ["× Portkey", (cell) => ratioTo(cells.get("portkey"), cell)],
      ["× bare", (cell) => ratioTo(cells.get("bare"), cell)],
      ["p50 ms", number("p50Milliseconds", 0)],
      ["p99 ms", number("p99Milliseconds", 0)],
      ["CPU µs/request", number("processorMicroseconds", 0)],
    ]);
  }
  for (const [streams, cells] of streaming) {
    printTable(`${streams} streams, ms`, cells, [
      ["first byte p50", number("firstByteP50", 1)],
      ["p99", number("firstByteP99", 1)],
      ["between chunks p50", number("gapP50", 2)],
      ["p99", number("gapP99", 2)],
      ["added p99", addedTo("gapP99", 2)],
      ["on the way p50", number("transitP50", 2)],
      ["p99", number("transitP99", 2)],
      ["CPU µs/chunk", number("processorMicroseconds", 0)],
      ["buffered", number("buffered", 0)],
    ]);
  }
  printTable("1,500 × 150 KB at once, MiB", memory, [
    ["idle", number("idle", 0)],
    ["peak", number("peak", 0)],
    ["after", number("after", 0)],
    ["lowest after", number("lowest", 0)],
    ["× idle", number("growth", 2)],
    ["back after s", number("returnedAfter", 0)],
  ]);
  console.log(`\nGaia logged ${results.loggedCompletions} completions.`);
  printBars(results);
}

function printBars(results: Results): void {
  console.log("\nbars of design.md 15");
  for (const { bar, measured, isMet } of judge(results)) {
    const word = isMet === null ? "UNKNOWN" : isMet ? "met    " : "MISSED ";
    console.log(`  ${word}  ${bar.padEnd(52)} ${measured}`);
  }
}

function printTable(title: string, cells: Cells, columns: readonly Column[]): void {
  const direct = cells.get("direct");
  const rows = [...cells].map(([name, cell]) => [
    titles[name],
    ...columns.map(([, value]) => (cell.problem === null ? value(cell, direct) : "invalid")),
  ]);
  const head = [title, ...columns.map(([name]) => name)];
  const widths = head.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((text, index) => (index === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[index] ?? 0)))
      .join("  ");
  console.log(`\n${[head, ...rows].map(line).join("\n")}`);
  for (const [name, { problem }] of cells) if (problem !== null) console.log(`  invalid: ${titles[name]}: ${problem}`);
}

function number(name: string, digits: number): Column[1] {
  return (cell) => (cell.medians[name] ?? Number.NaN).toFixed(digits);
}

function addedTo(name: string, digits: number): Column[1] {
  return (cell, direct) => {
    const difference = (cell.medians[name] ?? Number.NaN) - (direct?.medians[name] ?? Number.NaN);
    return Number.isNaN(difference) ? "-" : difference.toFixed(digits);
  };
}

function ratioTo(peer: Cell | undefined, { medians }: Cell): string {
  const ratio = (medians["requestsPerSecond"] ?? Number.NaN) / (peer?.medians["requestsPerSecond"] ?? Number.NaN);
  return Number.isNaN(ratio) ? "-" : ratio.toFixed(2);
}
