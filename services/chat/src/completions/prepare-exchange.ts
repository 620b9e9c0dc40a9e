import { randomUUID } from "node:crypto";
import type { ChatCompletionRequest, ChatMessage, Stream } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ResolvedModel } from "@gaia/providers";
import { identifyCaller } from "../caller-identity.ts";
import type { AnswerPlace } from "../conversations/answer-place.ts";
import type { AnswerToReplace } from "../conversations/find-answer-to-replace.ts";
import { roomForHistory } from "../conversations/history/context-window.ts";
import { fitHistory } from "../conversations/history/fit-history.ts";
import { type OpenConversation, openConversation } from "../conversations/open-conversation.ts";
import { reopenConversation } from "../conversations/reopen-conversation.ts";
import type { ChatDeps } from "../deps.ts";
import { refuseMessages } from "../dialects/anthropic/refuse-messages.ts";
import { refuseUnsupported } from "../dialects/openai/refuse-unsupported.ts";
import { reserveTokens } from "../limits/reserve-tokens.ts";
import { findSpeaker, type Speaker } from "../personas/find-speaker.ts";
import { composeSystemPrompt } from "../personas/prompt/compose-system-prompt.ts";
import { addSettings } from "../personas/settings/add-settings.ts";
import { limitTools } from "../personas/settings/limit-tools.ts";
import { resolveModel } from "../personas/settings/resolve-model.ts";
import type { Exchange, MessagesQuestion } from "./exchange.ts";
import { passThroughOf } from "./pass-through-request.ts";

export interface ExchangeInput {
  readonly contract: Stream;
  readonly request: ChatCompletionRequest;
  readonly question?: MessagesQuestion;
  /** `undefined`: nobody speaks through a persona. `null`: the one that the caller has chosen, or the default one. */
  readonly personaId: string | null | undefined;
  /** `null`: nothing is stored but usage. */
  readonly conversation: string | null;
  /** The answer that is to be given anew: what was asked is in the conversation then. */
  readonly replaces?: AnswerToReplace;
}

/** Chooses persona, model and conversation: what cannot be answered is refused before anything is stored. */
export async function prepareExchange(
  deps: Pick<ChatDeps, "kysely" | "cache" | "transport" | "models" | "limits" | "tokensPerMinute" | "now">,
  context: Context,
  wanted: ExchangeInput,
): Promise<Exchange> {
  const started = performance.now();
  const caller = identifyCaller(context);
  const speaker = await findSpeaker(deps, context, wanted.personaId);
  const { input, resolved } = await adapt(deps, wanted, speaker);
  refuse(input, resolved);
  const tokens = await reserveTokens(deps, context.principal, input.request);
  const conversation = await findConversation(deps, context, { ...input, resolved }).catch(async (error: unknown) => {
    await tokens.settle(0);
    throw error;
  });
  const { request, place } = compose(input.request, resolved, { speaker, conversation });
  return {
    contract: input.contract,
    context,
    caller,
    request,
    place,
    question: input.question,
    resolved,
    answer: {
      id: `${input.question === undefined ? "chatcmpl-" : "msg_"}${randomUUID().replaceAll("-", "")}`,
      created: Math.floor(deps.now().getTime() / 1000),
      model: resolved.card.id,
    },
    messageId: randomUUID(),
    conversationId: conversation?.id ?? null,
    personaId: speaker?.persona.id ?? null,
    tokens,
    started,
    prepared: performance.now(),
  };
}

interface Adapted {
  readonly input: ExchangeInput;
  readonly resolved: ResolvedModel;
}

/** The request as its persona would make it; what the caller says itself stays. */
async function adapt(
  { models }: Pick<ChatDeps, "models">,
  input: ExchangeInput,
  speaker: Speaker | null,
): Promise<Adapted> {
  if (speaker === null) return { input, resolved: await models.resolve(input.request.model) };
  const resolved = await resolveModel(models, input.request.model, speaker.settings);
  const limited = limitTools(input.request, speaker.settings);
  return { input: { ...input, request: addSettings(limited, speaker.settings, resolved.card) }, resolved };
}

// Who speaks the caller's dialect judges its request itself.
function refuse({ request, question }: ExchangeInput, resolved: ResolvedModel): void {
  if (passThroughOf({ resolved, request, question }) !== null) return;
  if (question !== undefined) refuseMessages(question.request, resolved.card);
  refuseUnsupported(request, resolved.card);
}

interface Place {
  readonly speaker: Speaker | null;
  readonly conversation: OpenConversation | null;
}

async function findConversation(
  deps: Pick<ChatDeps, "kysely" | "now">,
  context: Context,
  input: ExchangeInput & { readonly resolved: ResolvedModel },
): Promise<OpenConversation | null> {
  if (input.conversation === null) return null;
  const { request, conversation: reference, replaces, resolved } = input;
  const asked = { identity: identifyCaller(context), card: resolved.card };
  return replaces === undefined
    ? openConversation(deps, { ...asked, request, requestId: context.requestId, reference })
    : reopenConversation(deps, { ...asked, answer: replaces });
}

interface Composed {
  readonly request: ChatCompletionRequest;
  readonly place?: AnswerPlace;
}

/** Persona, instructions, as much of the history as the model has room for, and what is said now. */
function compose(
  request: ChatCompletionRequest,
  { card }: Pick<ResolvedModel, "card">,
  { speaker, conversation }: Place,
): Composed {
  const system: ChatMessage[] =
    speaker === null ? [] : [{ role: "system", content: composeSystemPrompt(speaker, request.tools) }];
  const isInstruction = ({ role }: ChatMessage) => role === "system" || role === "developer";
  const instructions = [...system, ...request.messages.filter(isInstruction)];
  const spoken = request.messages.filter((message) => !isInstruction(message));
  if (conversation === null) {
    return { request: speaker === null ? request : { ...request, messages: [...instructions, ...spoken] } };
  }
  const room = roomForHistory(card, request, [...instructions, ...spoken]);
  const { messages: history, toSummarizeUntil } = fitHistory(conversation, room);
  const { follows, replaces } = conversation;
  const isAsItCame = speaker === null && history.length === 0;
  return {
    request: isAsItCame ? request : { ...request, messages: [...instructions, ...history, ...spoken] },
    place: { follows, replaces, toSummarizeUntil },
  };
}
