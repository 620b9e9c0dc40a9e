import { type GaiaError, toGaiaError } from "@gaia/contracts";
import { errorBody } from "@gaia/kit/render-error";
import { encodeEvent } from "./chunks-to-events.ts";

interface ErrorDialect {
  readonly requestId: string;
  /** `gaia` is `/api/v1/chat`: a last chunk with finish reason `error`, then `[DONE]`. */
  readonly dialect: "openai" | "gaia";
  /** Of the answer that broke off. */
  readonly identity: { readonly id: string; readonly created: number };
  /** The one place that sees the error: the status 200 has already left. */
  readonly onError: (error: GaiaError) => void;
}

/** A stream that has begun cannot change its status, so the error becomes its last event. */
export async function* endWithError(
  source: AsyncIterable<Uint8Array>,
  options: ErrorDialect,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source;
  } catch (cause) {
    const error = toGaiaError(cause);
    options.onError(error);
    yield encodeEvent(
      JSON.stringify(options.dialect === "gaia" ? errorChunk(error, options) : openAiEvent(error, options)),
    );
    if (options.dialect === "gaia") yield encodeEvent("[DONE]");
  }
}

function openAiEvent(error: GaiaError, { requestId }: ErrorDialect): object {
  return errorBody(error, "openai", requestId);
}

function errorChunk(error: GaiaError, { identity, requestId }: ErrorDialect): object {
  return {
    id: identity.id,
    object: "chat.completion.chunk",
    created: identity.created,
    model: "error",
    choices: [{ index: 0, delta: {}, finish_reason: "error" }],
    error: { message: error.message, type: "streaming_error", code: error.code, request_id: requestId },
  };
}
