interface Line {
  inside: number;
  readonly waiting: (() => void)[];
}

/** Lets only so many work at once under one key; the others wait in line. */
export class Turnstile {
  private readonly linesByKey = new Map<string, Line>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  async pass<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.linesByKey.get(key) ?? { inside: 0, waiting: [] };
    this.linesByKey.set(key, line);
    if (line.inside < this.most) line.inside += 1;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      // The place goes to the next in line, or nobody has it.
      if (next !== undefined) next();
      else line.inside -= 1;
      if (line.inside === 0) this.linesByKey.delete(key);
    }
  }
}
