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
export function keepAlive(
  source: AsyncIterable<Uint8Array>,
  { timer, silenceMs = 15_000 }: KeepAliveOptions,
): AsyncIterableIterator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const silence = new SilenceWatch(timer, silenceMs);
  // What the source was asked for and has not been passed on: after a comment it is still to come.
  let asked: Promise<IteratorResult<Uint8Array, unknown>> | undefined;
  const passOn = (result: IteratorResult<Uint8Array, unknown> | "silent"): IteratorResult<Uint8Array, unknown> => {
    if (result === "silent") return { done: false, value: comment };
    asked = undefined;
    if (result.done === true) silence.stop();
    return result;
  };
  const fail = (error: unknown): never => {
    silence.stop();
    throw error;
  };
  return {
    next() {
      asked ??= iterator.next();
      return silence.orSettled(asked).then(passOn, fail);
    },
    async return() {
      silence.stop();
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** One timer a silence, not one a chunk: it looks at the time of the last chunk and waits for the rest. */
class SilenceWatch {
  private lastHeardAt = 0;
  private cancelTimer: (() => void) | undefined;
  private onSilence: (() => void) | undefined;
  private readonly timer: Timer;
  private readonly silenceMs: number;

  constructor(timer: Timer, silenceMs: number) {
    this.timer = timer;
    this.silenceMs = silenceMs;
  }

  orSettled<T>(pending: Promise<T>): Promise<T | "silent"> {
    if (this.cancelTimer === undefined) this.start();
    return new Promise((resolve, reject) => {
      const settle = (result: T): void => {
        this.lastHeardAt = this.timer.now();
        resolve(result);
      };
      this.onSilence = () => resolve("silent");
      pending.then(settle, reject);
    });
  }

  stop(): void {
    this.cancelTimer?.();
  }

  private start(): void {
    this.lastHeardAt = this.timer.now();
    this.cancelTimer = this.timer.after(this.silenceMs, () => this.check());
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
