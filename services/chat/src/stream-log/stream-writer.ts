import type { Log } from "@gaia/kit/log";
import type { Batch, Ending } from "./stream-repository.ts";
import type { LoggedEvent } from "./logged-event.ts";

/** Where a writer keeps what it is told. */
export interface StreamStore {
  append(batch: Batch): Promise<{ readonly isCancelled: boolean }>;
  end(ending: Ending): Promise<boolean>;
  /** Wakes followers in other processes. */
  announce(lastSequence: number, isOver: boolean): void;
}

interface WriterOptions {
  readonly store: StreamStore;
  readonly log: Log;
  /** Called once when somebody wants the generation to stop, or when it was taken for dead meanwhile. */
  readonly onCancel: () => void;
}

const batchMs = 100;
const heartbeatMs = 1_000;
const lastTries = 3;

/**
 * The events of one answer under way: numbered at once, kept in the database a tenth of a second later, and at hand for
 * followers in this process. A database that is away stops no answer; what could not be kept yet is tried again.
 */
export class StreamWriter {
  readonly #options: WriterOptions;
  readonly #frames: string[] = [];
  readonly #listeners = new Set<() => void>();
  #stored = 0;
  #isOver = false;
  #isCancelTold = false;
  #isFailing = false;
  // A beat plans the next one itself.
  #isBeating = false;
  #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#timer = this.#schedule(heartbeatMs);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  append(frame: string): number {
    if (this.#frames.length === this.#stored && !this.#isBeating) {
      clearTimeout(this.#timer);
      this.#timer = this.#schedule(batchMs);
    }
    const sequence = this.#frames.push(frame);
    this.#wake();
    return sequence;
  }

  /** Keeps the rest and says how it ended. Never fails: the caller has its answer, whatever became of the log. */
  async end(ending: Ending): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#wake();
    for (let tries = 0; tries < lastTries && this.#stored < this.#frames.length; tries += 1) await this.#flush();
    try {
      await this.#options.store.end(ending);
      this.#options.store.announce(this.#stored, true);
    } catch (error) {
      this.#options.log.error({ service: "chat", error }, "the end of a stream could not be kept");
    }
  }

  /** The events behind a sequence that are there already. */
  after(sequence: number): LoggedEvent[] {
    return this.#frames.slice(sequence).map((frame, index) => ({ sequence: sequence + index + 1, frame }));
  }

  /** Resolves when something was appended since, or the stream is over, or nobody waits any more. */
  waitForMore(sequence: number, signal: AbortSignal): Promise<void> {
    if (this.#frames.length > sequence || this.#isOver || signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#listeners.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    return promise.finally(() => this.#listeners.delete(resolve));
  }

  /** From outside, by whoever heard of the wish first. */
  cancel(): void {
    if (this.#isCancelTold || this.#isOver) return;
    this.#isCancelTold = true;
    this.#options.onCancel();
  }

  #wake(): void {
    for (const resolve of this.#listeners) resolve();
  }

  #schedule(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => void this.#beat(), milliseconds);
  }

  async #beat(): Promise<void> {
    this.#isBeating = true;
    await this.#flush();
    this.#isBeating = false;
    if (this.#isOver) return;
    this.#timer = this.#schedule(this.#frames.length > this.#stored ? batchMs : heartbeatMs);
  }

  #flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#store());
    return this.#writing;
  }

  async #store(): Promise<void> {
    const frames = this.#frames.slice(this.#stored);
    try {
      const { isCancelled } = await this.#options.store.append({ firstSequence: this.#stored + 1, frames });
      this.#stored += frames.length;
      this.#isFailing = false;
      if (frames.length > 0) this.#options.store.announce(this.#stored, false);
      if (isCancelled) this.cancel();
    } catch (error) {
      if (!this.#isFailing) this.#options.log.warn({ service: "chat", error }, "events of a stream cannot be kept now");
      this.#isFailing = true;
    }
  }
}
