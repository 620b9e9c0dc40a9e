import type { GaiaError } from "@gaia/contracts";

/** How the last calls to a provider went, for people who look after Gaia. */
export interface CallRecord {
  noteSuccess(): void;
  noteFailure(error: GaiaError): void;
  /** Of the last failed call, until a call succeeds. */
  readonly lastErrorCode: GaiaError["code"] | null;
  /** Milliseconds since 1970. */
  readonly lastSuccessAt: number | null;
}

export function createCallRecord(now: () => number): CallRecord {
  let lastErrorCode: GaiaError["code"] | null = null;
  let lastSuccessAt: number | null = null;
  return {
    noteSuccess: () => {
      lastErrorCode = null;
      lastSuccessAt = now();
    },
    noteFailure: ({ code }) => {
      if (code !== "CANCELLED") lastErrorCode = code;
    },
    get lastErrorCode() {
      return lastErrorCode;
    },
    get lastSuccessAt() {
      return lastSuccessAt;
    },
  };
}
