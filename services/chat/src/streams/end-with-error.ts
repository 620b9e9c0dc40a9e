import { type GaiaError, toGaiaError } from "@gaia/contracts";
import { errorBody } from "@gaia/kit/render-error";
import { encodeMessageEvent } from "../dialects/anthropic/encode-message-event.ts";
import { encodeEvent } from "./chunks-to-events.ts";
import { through } from "./through.ts";

interface ErrorDialect {
  readonly requestId: string;
  /** `gaia` is `/api/v1/chat`: a last chunk with finish reason `error`, then `[DONE]`. */
  readonly dialect: "openai" | "anthropic" | "gaia";
  /** Of the answer that broke off. */
  readonly identity: { readonly id: string; readonly created: number };
  /** The one place that sees the error: the status 200 has already left. */
  readonly onError: (error: GaiaError) => void;
}

/** A stream that has begun cannot change its status, so the error becomes its last event. */
export function endWithError(
  source: AsyncIterable<Uint8Array>,
  options: ErrorDialect,
): AsyncIterableIterator<Uint8Array> {
  let ending: Iterator<Uint8Array, undefined> | undefined;
  const beginEnding = (cause: unknown) => {
    const error = toGaiaError(cause);
    options.onError(error);
    ending = errorEvents(error, options);
    return ending.next();
  };
  return through(source, (iterator) =>
    ending === undefined ? iterator.next().catch(beginEnding) : Promise.resolve(ending.next()),
  );
}

function* errorEvents(error: GaiaError, options: ErrorDialect): Generator<Uint8Array, undefined> {
  if (options.dialect === "openai") {
    yield encodeEvent(JSON.stringify(openAiEvent(error, options)));
    return;
  }
  if (options.dialect === "anthropic") {
    yield encodeMessageEvent({ type: "error", ...errorBody(error, "anthropic", options.requestId) });
    return;
  }
  yield encodeEvent(JSON.stringify(errorChunk(error, options)));
  yield encodeEvent("[DONE]");
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
