interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failureLimit: number;
  readonly pauseMs: number;
  readonly now: () => number;
  readonly onOpen: () => void;
}

/** Keeps from asking something that fails every time; one probe after each pause finds out whether it is back. */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #failures = 0;
  #nextProbe = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#failures >= this.#options.failureLimit;
  }

  /** Whether to ask now. A `true` while the circuit is open is the probe, and must be reported as any other. */
  admits(): boolean {
    if (!this.isOpen) return true;
    const { now, pauseMs } = this.#options;
    if (now() < this.#nextProbe) return false;
    this.#nextProbe = now() + pauseMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    const { failureLimit, now, pauseMs, onOpen } = this.#options;
    this.#failures += 1;
    if (this.#failures !== failureLimit) return;
    this.#nextProbe = now() + pauseMs;
    onOpen();
  }
}
