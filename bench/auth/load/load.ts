/** How fast requests follow each other. */
export type Pace =
  /** As fast as the connections carry them, for so long. */
  | { readonly kind: "full"; readonly seconds: number }
  /** As fast as the connections carry them, until each caller has called once. */
  | { readonly kind: "once" }
  /** So many a second, whatever becomes of those before. */
  | { readonly kind: "rate"; readonly perSecond: number; readonly seconds: number };

export interface Load {
  readonly origin: string;
  readonly path: string;
  /** The header line of each caller, who call in turn; an empty one is nobody's. */
  readonly callers: readonly string[];
  readonly connections: number;
  /** Where the connections come from, in turn: 127.0.0.0/8 is loopback. */
  readonly addresses: readonly string[];
  readonly pace: Pace;
}

export interface LoadResult {
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly answersByStatus: Readonly<Record<string, number>>;
  /** Requests whose connection ended without an answer. */
  readonly broken: number;
  /** From the moment in which a request was given to a connection, or to the queue before all connections. */
  readonly p50Microseconds: number;
  readonly p99Microseconds: number;
  /** How late the requests of a rate were; large where this process got no processor. */
  readonly lateP99Microseconds: number;
}

export const home = "127.0.0.1";
