import type { Caller, Event, Operation, OutputOf, PayloadOf, RequestOf } from "@gaia/contracts";
import type { OperationBinding } from "../binding.ts";

/**
 * NATS's default `max_payload`. The local transport keeps to it too: nothing may work on a laptop that cannot work on
 * the wire.
 */
export const maximumPayloadBytes = 1_048_576;

export const defaultCallTimeoutMs = 30_000;

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface Subscription {
  stop(): Promise<void>;
}

export type TransportState = "connected" | "disconnected" | "not_used";

export interface SubscribeOptions {
  /** Each event reaches one subscriber of a group; without a group, every subscriber. */
  readonly group?: string;
}

/** Carries operations and events between services: in the process, or over NATS. */
export interface Transport {
  /** Calls whoever serves the operation. Rejects with a `GaiaError`: the server's own, `UNAVAILABLE`, `TIMEOUT`. */
  call<T extends Operation>(
    operation: T,
    caller: Caller,
    input: RequestOf<T>,
    options?: CallOptions,
  ): Promise<OutputOf<T>>;
  serve(bindings: readonly OperationBinding[]): Promise<void>;
  /** Tells everybody who listens now. Never throws: an event that must arrive goes through the outbox. */
  publish<T extends Event>(event: T, payload: PayloadOf<T>): void;
  subscribe<T extends Event>(
    event: T,
    handle: (payload: PayloadOf<T>) => void | Promise<void>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /** Calls back when events may have been missed, because there was no connection for a while. Never in one process. */
  onMissedEvents(handle: () => void | Promise<void>): void;
  state(): TransportState;
  /** Round trip in milliseconds; rejects when there is no connection. */
  ping(): Promise<number>;
  /** Finishes what runs, then stops. */
  close(): Promise<void>;
}
