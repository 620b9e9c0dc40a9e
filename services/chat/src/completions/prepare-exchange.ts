import { randomUUID } from "node:crypto";
import type { ChatCompletionRequest, ChatMessage, Persona, Stream } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import { type OpenConversation, openConversation } from "../conversations/open-conversation.ts";
import type { ChatDeps } from "../deps.ts";
import { refuseUnsupported } from "../dialects/openai/refuse-unsupported.ts";
import { reserveTokens } from "../limits/reserve-tokens.ts";
import { choosePersona } from "../personas/choose-persona.ts";
import { composeSystemPrompt } from "../personas/compose-system-prompt.ts";
import type { Exchange } from "./exchange.ts";
import { passThroughOf } from "./pass-through-request.ts";

export interface ExchangeInput {
  readonly contract: Stream;
  readonly request: ChatCompletionRequest;
  /** `undefined`: nobody speaks through a persona. `null`: the default persona. */
  readonly personaId: string | null | undefined;
  /** `null`: nothing is stored but usage. */
  readonly conversation: string | null;
}

/** Chooses the model, then persona and conversation: what cannot be answered is refused before anything is stored. */
export async function prepareExchange(
  deps: Pick<ChatDeps, "kysely" | "cache" | "models" | "limits" | "tokensPerMinute" | "now">,
  context: Context,
  input: ExchangeInput,
): Promise<Exchange> {
  const started = performance.now();
  const caller = identifyCaller(context);
  const resolved = await deps.models.resolve(input.request.model);
  if (passThroughOf({ resolved, request: input.request }) === null) refuseUnsupported(input.request, resolved.card);
  const tokens = await reserveTokens(deps, context.principal, input.request);
  const { persona, conversation } = await findPlace(deps, context, input).catch(async (error: unknown) => {
    await tokens.settle(0);
    throw error;
  });
  return {
    contract: input.contract,
    context,
    caller,
    request: compose(input.request, persona, conversation),
    resolved,
    answer: {
      id: `chatcmpl-${randomUUID().replaceAll("-", "")}`,
      created: Math.floor(deps.now().getTime() / 1000),
      model: resolved.card.id,
    },
    messageId: randomUUID(),
    conversationId: conversation?.id ?? null,
    personaId: persona?.id ?? null,
    tokens,
    started,
    prepared: performance.now(),
  };
}

interface Place {
  readonly persona: Persona | null;
  readonly conversation: OpenConversation | null;
}

async function findPlace(
  deps: Pick<ChatDeps, "kysely" | "cache" | "now">,
  context: Context,
  input: ExchangeInput,
): Promise<Place> {
  const persona = input.personaId === undefined ? null : await choosePersona(deps, input.personaId);
  if (input.conversation === null) return { persona, conversation: null };
  const conversation = await openConversation(deps, {
    identity: identifyCaller(context),
    request: input.request,
    requestId: context.requestId,
    reference: input.conversation,
  });
  return { persona, conversation };
}

function compose(
  request: ChatCompletionRequest,
  persona: Persona | null,
  conversation: OpenConversation | null,
): ChatCompletionRequest {
  const history = (conversation?.history ?? []).map(toMessage);
  if (persona === null && history.length === 0) return request;
  const system: ChatMessage[] =
    persona === null ? [] : [{ role: "system", content: composeSystemPrompt(persona, request.tools) }];
  const isInstruction = ({ role }: ChatMessage) => role === "system" || role === "developer";
  const instructions = request.messages.filter(isInstruction);
  const spoken = request.messages.filter((message) => !isInstruction(message));
  return { ...request, messages: [...system, ...instructions, ...history, ...spoken] };
}

function toMessage({ role, content }: { readonly role: string; readonly content: string }): ChatMessage {
  return role === "assistant" ? { role: "assistant", content } : { role: "user", content };
}
