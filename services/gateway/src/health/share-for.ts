/** Runs `work` for all who ask at once, and for whoever asks within so many milliseconds of its beginning. */
export function shareFor<T>(
  milliseconds: number,
  work: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let latest: { readonly result: Promise<T>; readonly until: number } | undefined;
  let isRunning = false;
  return () => {
    if (latest !== undefined && (isRunning || now() < latest.until)) return latest.result;
    isRunning = true;
    const until = now() + milliseconds;
    const result = work().finally(() => (isRunning = false));
    latest = { result, until };
    return result;
  };
}
