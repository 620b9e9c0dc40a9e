export interface Timer {
  /** Milliseconds from any origin. */
  now(): number;
  /** Calls back once after so many milliseconds; the result cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

interface KeepAliveOptions {
  readonly timer: Timer;
  readonly silenceMs?: number;
}

const comment = new TextEncoder().encode(": keep-alive\n\n");

/** A comment whenever the source was silent for so long: proxies keep the connection, clients see nothing. */
export async function* keepAlive(
  source: AsyncIterable<Uint8Array>,
  { timer, silenceMs = 15_000 }: KeepAliveOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const silence = new SilenceWatch(timer, silenceMs);
  let isEnded = false;
  try {
    while (!isEnded) {
      const next = iterator.next();
      while ((await silence.orSettled(next)) === "silent") yield comment;
      const result = await next;
      isEnded = result.done === true;
      if (!result.done) yield result.value;
    }
  } catch (error) {
    isEnded = true;
    throw error;
  } finally {
    silence.stop();
    if (!isEnded) await iterator.return?.();
  }
}

/** One timer a silence, not one a chunk: it looks at the time of the last chunk and waits for the rest. */
class SilenceWatch {
  private lastHeardAt: number;
  private cancelTimer: () => void;
  private onSilence: (() => void) | undefined;
  private readonly timer: Timer;
  private readonly silenceMs: number;

  constructor(timer: Timer, silenceMs: number) {
    this.timer = timer;
    this.silenceMs = silenceMs;
    this.lastHeardAt = timer.now();
    this.cancelTimer = timer.after(silenceMs, () => this.check());
  }

  orSettled(pending: Promise<unknown>): Promise<"silent" | "settled"> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.lastHeardAt = this.timer.now();
        resolve("settled");
      };
      this.onSilence = () => resolve("silent");
      pending.then(settle, settle);
    });
  }

  stop(): void {
    this.cancelTimer();
  }

  private check(): void {
    const remaining = this.lastHeardAt + this.silenceMs - this.timer.now();
    if (remaining <= 0) {
      this.lastHeardAt = this.timer.now();
      this.onSilence?.();
    }
    this.cancelTimer = this.timer.after(remaining > 0 ? remaining : this.silenceMs, () => this.check());
  }
}
