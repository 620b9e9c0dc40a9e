/** Followers that wait for a stream of another process; whoever hears of news wakes them. */
export class StreamWakeups {
  readonly #waiting = new Map<string, Set<() => void>>();

  wake(streamId: string): void {
    for (const resolve of this.#waiting.get(streamId) ?? []) resolve();
  }

  /** Resolves when the stream has news, after so many milliseconds, or when nobody waits any more. */
  async wait(streamId: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const followers = this.#waiting.get(streamId) ?? new Set();
    this.#waiting.set(streamId, followers.add(wake));
    const timer = setTimeout(wake, milliseconds);
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", wake);
    followers.delete(wake);
    if (followers.size === 0) this.#waiting.delete(streamId);
  }
}
