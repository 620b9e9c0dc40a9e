import { describeMachine } from "../support/machine-facts.ts";
import { differenceTo, number, printTable, ratioTo, total } from "../support/print-table.ts";
import type { CellsOf } from "../support/rounds.ts";
import { printVerdicts } from "../support/verdict.ts";
import { judge } from "./judge.ts";
import type { Results } from "./results.ts";

const hotTitles = {
  bare: "bare node:http, SHA-256 and Map",
  public: "Gaia, public route",
  "one key": "Gaia, one key",
  "many keys": "Gaia, many keys in turn",
  "one token": "Gaia, one access token",
};

const coldTitles = {
  "known key": "one known key",
  "new keys": "new keys, each once",
  "new tokens": "new tokens, each once",
};

const floodTitles = {
  quiet: "no flood",
  beside: "the flood at the bare server",
  flood: "the flood at Gaia",
};

/** Medians over the rounds, and what they say about the bars. */
export function printReport(results: Results): void {
  const { machine, hot, cold, flood, settings } = results;
  console.log(`\n${describeMachine(machine)}`);
  printTable(`known callers, ${settings.hot.connections} connections`, titled(hot, hotTitles), [
    ["requests/s", number("perSecond", 0)],
    ["× bare", ratioTo(hot.get("bare"), "perSecond")],
    ["× public", ratioTo(hot.get("public"), "perSecond")],
    ["p50 µs", number("p50Microseconds", 0)],
    ["p99 µs", number("p99Microseconds", 0)],
    ["CPU µs/request", number("processorMicroseconds", 0)],
    ["above public", differenceTo(hot.get("public"), "processorMicroseconds", 0)],
  ]);
  for (const [connections, cells] of cold) {
    const known = cells.get("known key");
    printTable(`new callers, ${connections} at a time`, titled(cells, coldTitles), [
      ["validations/s", number("perSecond", 0)],
      ["× known", ratioTo(known, "perSecond")],
      ["p50 µs", number("p50Microseconds", 0)],
      ["p99 µs", number("p99Microseconds", 0)],
      ["CPU µs/request", number("processorMicroseconds", 0)],
      ["above known", differenceTo(known, "processorMicroseconds", 0)],
    ]);
  }
  const { callsPerSecond, forgeriesPerSecond } = settings.flood;
  for (const [limits, cells] of flood) {
    const quiet = cells.get("quiet");
    printTable(`${limits}: ${callsPerSecond} calls/s, ${forgeriesPerSecond} forged/s`, titled(cells, floodTitles), [
      ["p50 µs", number("p50Microseconds", 0)],
      ["× quiet", ratioTo(quiet, "p50Microseconds")],
      ["p99 µs", number("p99Microseconds", 0)],
      ["× quiet", ratioTo(quiet, "p99Microseconds")],
      ["refused, all rounds", total("refused")],
      ["forged/s", number("floodPerSecond", 0)],
      ["all rounds: 401", total("flood401")],
      ["429", total("flood429")],
      ["other", total("floodOther")],
      ["broken", total("floodBroken")],
      ["Gaia's cores", number("processorShare", 2)],
      ["idle %", number("idlePercent", 0)],
      ["late p99 µs", number("lateP99Microseconds", 0)],
    ]);
  }
  printVerdicts("bars", judge(results));
}

function titled<Name extends string>(cells: CellsOf<Name>, titles: Readonly<Record<Name, string>>) {
  return [...cells].map(([name, cell]) => [titles[name], cell] as const);
}
