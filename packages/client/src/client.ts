import type { HttpRoute, Operation, OutputOf, RequestOf, Stream } from "@gaia/contracts";
import type { domains } from "./domains.ts";

/** A contract that can be called from outside: one with a route. */
export type Callable = (Operation | Stream) & { readonly http: HttpRoute };

export interface CallOptions {
  /** Aborting ends the request; the call then fails with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** Sends one request and gives its whole answer, checked against the contract. Fails with a `GaiaError` only. */
export type Call<T extends Callable> = (
  ...parameters: [...InputParameter<RequestOf<T>>, options?: CallOptions]
) => Promise<OutputOf<T>>;

/** An input that has nothing, or nothing that is needed, may be left out. */
type InputParameter<Input> = Partial<Input> extends Input ? [input?: Input] : RequiredInputParameter<Input>;
type RequiredInputParameter<Input> = Input extends Record<string, never> ? [input?: Input] : [input: Input];

/** A call whose answer can also come piece by piece. `stream` in the input is set by the call that is used. */
export interface StreamCall<T extends Callable, Chunk> {
  (input: RequestOf<T>, options?: CallOptions): Promise<OutputOf<T>>;
  /**
   * The chunks as they arrive. The request begins with the first read; leaving the loop cancels it. An error in the
   * middle of the answer, and an answer that breaks off, throw a `GaiaError`.
   */
  stream(input: RequestOf<T>, options?: CallOptions): AsyncIterable<Chunk>;
}

type CallOf<T> = T extends Callable
  ? T extends { readonly chunk: infer Chunk extends Stream["output"] }
    ? StreamCall<T, OutputOf<{ readonly output: Chunk }>>
    : Call<T>
  : never;

type CallsOf<Domain> = {
  readonly [Name in keyof Domain as Domain[Name] extends Callable ? Name : never]: CallOf<Domain[Name]>;
};

/** One function for each contract that has a route, under the contract's own name: `client.chat.listPersonas()`. */
export type Client = {
  readonly [Name in keyof typeof domains]: CallsOf<(typeof domains)[Name]>;
};
