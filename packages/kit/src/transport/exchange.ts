import {
  type Caller,
  errorFromWire,
  GaiaError,
  type Operation,
  type OutputOf,
  serviceOf,
  toGaiaError,
  type WireError,
} from "@gaia/contracts";
import { invoke, type OperationBinding } from "../binding.ts";
import type { Log } from "../log.ts";
import { type CallOptions, defaultCallTimeoutMs } from "./transport.ts";

export interface Request {
  readonly caller: Caller;
  readonly input: unknown;
}

export type Answer = { readonly value?: unknown } | { readonly error: WireError };

/** Serves one request. Whatever happens becomes an answer. */
export async function answerRequest(
  binding: OperationBinding,
  { caller, input }: Request,
  log: Log,
  signal: AbortSignal = new AbortController().signal,
): Promise<Answer> {
  try {
    return { value: await invoke(binding, { ...caller, log, signal }, input) };
  } catch (error) {
    return { error: toGaiaError(error).toWire() };
  }
}

/** What the caller gets of an answer: the value, or the server's error thrown. */
export function readAnswer<T extends Operation>(operation: T, answer: Answer): OutputOf<T> {
  if ("error" in answer) throw errorFromWire(answer.error);
  const parsed = operation.output.safeParse(answer.value);
  if (!parsed.success) throw new GaiaError("INTERNAL", "Internal server error", { cause: parsed.error });
  return parsed.data as OutputOf<T>;
}

/** Waits for `work` until the time is over or the caller gives up. */
export async function waitForAnswer<T>(operation: Operation, options: CallOptions, work: Promise<T>): Promise<T> {
  const { signal, timeoutMs = defaultCallTimeoutMs } = options;
  const { promise: given, reject } = Promise.withResolvers<never>();
  const cancel = () => reject(cancelled());
  const timer = setTimeout(() => reject(timedOut(operation)), timeoutMs);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    return await Promise.race([work, given]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

export function cancelled(): GaiaError {
  return new GaiaError("CANCELLED", "The caller gave up");
}

export function timedOut(operation: Operation, cause?: unknown): GaiaError {
  return new GaiaError("TIMEOUT", `Service ${serviceOf(operation)} did not answer in time`, { cause });
}

export function tooLarge(cause?: unknown): GaiaError {
  return new GaiaError("PAYLOAD_TOO_LARGE", "Request or answer is larger than 1 MB", { cause });
}
