/** One measurement of one contender. Whatever went wrong makes the whole cell worthless, and is told. */
export interface Measurement {
  readonly figures: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

/** A contender's results of one scenario: all rounds, and their medians where nothing went wrong. */
export interface Cell {
  readonly rounds: readonly Measurement[];
  readonly medians: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

export type CellsOf<Name extends string> = ReadonlyMap<Name, Cell>;
