import type { Cell, CellsOf, Measurement } from "./rounds.ts";
import { median } from "./statistics.ts";

/**
 * Measures A B C D A B C D …, so that whatever else the machine does hits all alike. What a measurement throws is its
 * problem, not the end of the run.
 */
export async function interleave<T extends { readonly name: string }>(
  contenders: readonly T[],
  rounds: number,
  measure: (contender: T, round: number) => Promise<Measurement>,
): Promise<CellsOf<T["name"]>> {
  const measured = new Map<T["name"], Measurement[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders)
      measured.get(contender.name)?.push(await attempt(() => measure(contender, round)));
  }
  return new Map([...measured].map(([name, results]) => [name, toCell(results)]));
}

export async function attempt(measure: () => Promise<Measurement>): Promise<Measurement> {
  try {
    return await measure();
  } catch (error) {
    return { figures: {}, problem: error instanceof Error ? error.message : String(error) };
  }
}

export function toCell(rounds: readonly Measurement[]): Cell {
  const names = Object.keys(rounds[0]?.figures ?? {});
  const medians = names.map(
    (name) => [name, median(rounds.map(({ figures }) => figures[name] ?? Number.NaN))] as const,
  );
  const problem = rounds.find((round) => round.problem !== null)?.problem ?? null;
  return { rounds, problem, medians: problem === null ? Object.fromEntries(medians) : {} };
}
