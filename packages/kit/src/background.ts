import type { Log } from "./log.ts";

/** Work that nobody awaits: failures are logged, and `drain` waits for the rest. */
export interface Background {
  run(name: string, work: Promise<unknown>): void;
  drain(): Promise<void>;
}

export function createBackground(log: Log): Background {
  const running = new Set<Promise<void>>();
  return {
    run(name, work) {
      const settled: Promise<void> = work
        .then(
          () => undefined,
          (error: unknown) => log.error({ work: name, error }, "background work failed"),
        )
        .finally(() => running.delete(settled));
      running.add(settled);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
