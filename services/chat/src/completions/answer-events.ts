import type { GaiaError } from "@gaia/contracts";
import type { ChatDeps } from "../deps.ts";
import { endWithError } from "../streams/end-with-error.ts";
import { addMetadata } from "./add-metadata.ts";
import { answerStreamed } from "./answer-streamed.ts";
import { beginStream } from "./begin-stream.ts";
import type { Exchange } from "./exchange.ts";
import { metadataOf } from "./metadata-of.ts";
import type { RespondInput } from "./respond.ts";

/**
 * The events of an answer that has begun; until then a failure throws, and later it is the last event and told to
 * `onError`. The outcome, with its wide event, is recorded where the answer is made.
 */
export async function answerEvents(
  deps: ChatDeps,
  exchange: Exchange,
  { hasMetadata, streamErrors }: Pick<RespondInput, "hasMetadata" | "streamErrors">,
  onError: (error: GaiaError) => void = () => undefined,
): Promise<AsyncIterableIterator<Uint8Array>> {
  const events = await beginStream(answerStreamed(deps, exchange));
  return endWithError(hasMetadata ? addMetadata(events, () => metadataOf(exchange)) : events, {
    requestId: exchange.context.requestId,
    dialect: streamErrors,
    identity: exchange.answer,
    onError,
  });
}
