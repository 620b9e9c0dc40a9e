import type { ChatCompletionRequest, MessagesRequest, Stream } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ResolvedModel } from "@gaia/providers";
import type { CallerIdentity } from "../caller-identity.ts";
import type { AnswerPlace } from "../conversations/answer-place.ts";
import type { TokenReservation } from "../limits/reserve-tokens.ts";
import type { AnswerIdentity } from "../dialects/openai/answer-identity.ts";

/** A question in Anthropic's dialect. */
export interface MessagesQuestion {
  readonly request: MessagesRequest;
  /** The same in OpenAI's, as far as that has words for it. */
  readonly translated: ChatCompletionRequest;
  /** The caller's own that say how Anthropic is to understand the request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One question to a model and everything decided about it before the model is called. */
export interface Exchange {
  readonly contract: Stream;
  readonly context: Context;
  readonly caller: CallerIdentity;
  /** As the model sees it: persona and history are in the messages. */
  readonly request: ChatCompletionRequest;
  /** The caller's own words, where it speaks Anthropic's dialect. */
  readonly question?: MessagesQuestion | undefined;
  readonly resolved: ResolvedModel;
  readonly answer: AnswerIdentity;
  /** Id of the answer as a stored message and in events. */
  readonly messageId: string;
  readonly conversationId: string | null;
  /** Where the answer belongs in its conversation; absent where there is none. */
  readonly place?: AnswerPlace | undefined;
  readonly personaId: string | null;
  readonly tokens: TokenReservation;
  /** `performance.now()` when the request came in. */
  readonly started: number;
  /** `performance.now()` when all was decided and the model could be asked. */
  readonly prepared: number;
}
