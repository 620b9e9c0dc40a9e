/** A bar and what was measured against it. `null` where it cannot be told. */
export interface Verdict {
  readonly bar: string;
  readonly measured: string;
  readonly isMet: boolean | null;
}

export function verdict(bar: string, measured: string, isMet: boolean | null): Verdict {
  return { bar, measured, isMet };
}

export function atMost(value: number, bar: number): boolean | null {
  return Number.isNaN(value) || Number.isNaN(bar) ? null : value <= bar;
}

/** A busy machine may not make a bar look met; a miss stays a miss. */
export function onlyWhen(isCalm: boolean, isMet: boolean | null): boolean | null {
  return isMet === true && !isCalm ? null : isMet;
}

export function printVerdicts(title: string, verdicts: readonly Verdict[]): void {
  console.log(`\n${title}`);
  for (const { bar, measured, isMet } of verdicts) {
    const word = isMet === null ? "UNKNOWN" : isMet ? "met    " : "MISSED ";
    console.log(`  ${word}  ${bar.padEnd(52)} ${measured}`);
  }
}
