const intervalMs = 2_000;

/** Says every two seconds which step is being worked on, so that a long one does not look like a hang. */
export function tellWhatTakesLong(
  names: readonly string[],
  say: (text: string) => void,
): { finished(name: string): void; stop(): void } {
  const waiting = new Set(names);
  let since = performance.now();
  const timer = setInterval(() => {
    const [current] = waiting;
    if (current !== undefined) say(`${current}: ${Math.round((performance.now() - since) / 1000)} s so far`);
  }, intervalMs);
  return {
    finished(name) {
      waiting.delete(name);
      since = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
