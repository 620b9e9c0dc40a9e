import { GaiaError } from "@gaia/contracts";
import { type Health, providerReasons } from "../errors/failure-traits.ts";

const failuresUntilOpen = 5;
const openMilliseconds = 60_000;

type State =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly until: number }
  | { readonly kind: "half-open"; readonly probeUntil: number };

export interface CircuitBreaker {
  /** Throws `UNAVAILABLE` while open. Every entry should be followed by the reports below. */
  enter(): void;
  /** An answer begins to arrive: good enough for a probe, but it may still break off. */
  began(): void;
  succeeded(): void;
  failed(error: GaiaError): void;
  readonly state: State["kind"];
}

interface CircuitDeps {
  /** For the caller's eyes: `The provider openai`. */
  readonly subject: string;
  /** Which failures count. */
  readonly healthAfter: (error: GaiaError) => Health;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onChange?: (state: State["kind"]) => void;
}

/**
 * Opens after five requests in a row that failed through the subject's fault. After 60 seconds one request may probe; its success
 * closes the circuit, its failure opens it for another 60 seconds.
 */
export function createCircuitBreaker({ subject, healthAfter, now, onChange }: CircuitDeps): CircuitBreaker {
  let state: State = { kind: "closed", failures: 0 };

  function become(next: State): void {
    const changed = next.kind !== state.kind;
    state = next;
    if (changed) onChange?.(next.kind);
  }

  function refuse(until: number): never {
    throw new GaiaError("UNAVAILABLE", `${subject} keeps failing; Gaia pauses before it tries again`, {
      reason: providerReasons.circuitOpen,
      retryAfterSeconds: Math.max(1, Math.ceil((until - now()) / 1000)),
    });
  }

  return {
    get state() {
      return state.kind === "open" && state.until <= now() ? "half-open" : state.kind;
    },
    enter() {
      if (state.kind === "closed") return;
      const until = state.kind === "open" ? state.until : state.probeUntil;
      if (until > now()) refuse(until);
      // A probe that never reports must not block for ever, so it has a time limit of its own.
      become({ kind: "half-open", probeUntil: now() + openMilliseconds });
    },
    began() {
      if (state.kind !== "closed") become({ kind: "closed", failures: 0 });
    },
    succeeded() {
      become({ kind: "closed", failures: 0 });
    },
    failed(error) {
      const health = healthAfter(error);
      if (health === "alive") return become({ kind: "closed", failures: 0 });
      if (health === "unknown") {
        if (state.kind === "half-open") become({ kind: "open", until: now() });
        return;
      }
      const failures = state.kind === "closed" ? state.failures + 1 : failuresUntilOpen;
      become(
        failures >= failuresUntilOpen
          ? { kind: "open", until: now() + openMilliseconds }
          : { kind: "closed", failures },
      );
    },
  };
}
