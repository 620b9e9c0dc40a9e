import { GaiaError, isGaiaError, type OutputOf, type Stream } from "@gaia/contracts";
import type { WireRequest } from "./build-request.ts";
import { type Connection, toConnectionError } from "./connection.ts";
import { errorFromEvent } from "./read-error.ts";
import { readServerSentEvents } from "./read-server-sent-events.ts";

interface StreamedCall<Chunk extends Stream["output"]> {
  readonly connection: Connection;
  readonly request: WireRequest;
  readonly chunk: Chunk;
  readonly signal: AbortSignal | undefined;
}

/** Sends the request when the first chunk is read, and ends with `[DONE]`. */
export async function* streamChunks<Chunk extends Stream["output"]>({
  connection,
  request,
  chunk,
  signal,
}: StreamedCall<Chunk>): AsyncGenerator<OutputOf<{ readonly output: Chunk }>, void, undefined> {
  const response = await connection(request, signal);
  if (response.body === null) throw brokenOff();
  try {
    for await (const data of readServerSentEvents(response.body)) {
      if (data === "[DONE]") return;
      yield readChunk(chunk, data);
    }
  } catch (cause) {
    throw isGaiaError(cause) ? cause : toStreamError(cause, signal);
  }
  throw brokenOff();
}

function readChunk<Chunk extends Stream["output"]>(schema: Chunk, data: string): OutputOf<{ readonly output: Chunk }> {
  const event = parse(data);
  const error = errorFromEvent(event);
  if (error !== null) throw error;
  const chunk = schema.safeParse(event);
  if (chunk.success) return chunk.data;
  throw unreadable(chunk.error);
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function toStreamError(cause: unknown, signal: AbortSignal | undefined): GaiaError {
  return signal?.aborted === true ? toConnectionError(cause, signal) : brokenOff(cause);
}

function brokenOff(cause?: unknown): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The answer broke off", { reason: "stream.interrupted", cause });
}

function unreadable(cause: unknown): GaiaError {
  return new GaiaError("UPSTREAM_FAILED", "The answer has an unreadable part", { reason: "answer.unreadable", cause });
}
