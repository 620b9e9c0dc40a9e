import type { Cell } from "./rounds.ts";
import { sum } from "./statistics.ts";

export type Column = readonly [title: string, value: (cell: Cell) => string];

/** One line for each contender; a cell in which anything went wrong is `invalid` and says why below. */
export function printTable(
  title: string,
  rows: readonly (readonly [title: string, cell: Cell])[],
  columns: readonly Column[],
): void {
  const lines = rows.map(([name, cell]) => [
    name,
    ...columns.map(([, value]) => (cell.problem === null ? value(cell) : "invalid")),
  ]);
  const head = [title, ...columns.map(([name]) => name)];
  const widths = head.map((name, index) => Math.max(name.length, ...lines.map((line) => line[index]?.length ?? 0)));
  const toText = (line: readonly string[]) =>
    line
      .map((text, index) => (index === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[index] ?? 0)))
      .join("  ");
  console.log(`\n${[head, ...lines].map(toText).join("\n")}`);
  for (const [name, { problem }] of rows) if (problem !== null) console.log(`  invalid: ${name}: ${problem}`);
}

export function number(name: string, digits: number): Column[1] {
  return (cell) => figureText(cell.medians[name], digits);
}

/** Over all rounds. */
export function total(name: string): Column[1] {
  return ({ rounds }) => figureText(sum(rounds.map(({ figures }) => figures[name] ?? Number.NaN)), 0);
}

/** A figure as a multiple of the same figure of another cell. */
export function ratioTo(peer: Cell | undefined, name: string): Column[1] {
  return (cell) => figureText((cell.medians[name] ?? Number.NaN) / (peer?.medians[name] ?? Number.NaN), 2);
}

export function differenceTo(peer: Cell | undefined, name: string, digits: number): Column[1] {
  return (cell) => figureText((cell.medians[name] ?? Number.NaN) - (peer?.medians[name] ?? Number.NaN), digits);
}

function figureText(value: number | undefined, digits: number): string {
  return value === undefined || Number.isNaN(value) ? "-" : value.toFixed(digits);
}
