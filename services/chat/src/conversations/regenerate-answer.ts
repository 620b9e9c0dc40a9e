import { chat, type InputOf, isGaiaError } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { identifyCaller } from "../caller-identity.ts";
import { respond } from "../completions/respond.ts";
import type { ChatDeps } from "../deps.ts";
import { pickGenerationFields } from "../dialects/openai/pick-generation-fields.ts";
import { findAnswerToReplace } from "./find-answer-to-replace.ts";

/** Asks the last question again, by default the model and the persona that answered it. */
export async function regenerateAnswer(
  deps: ChatDeps,
  context: Context,
  input: InputOf<typeof chat.regenerateAnswer>,
): Promise<Response> {
  const { userId } = identifyCaller(context);
  const answer = await findAnswerToReplace(deps, userId, input.conversation_id);
  const model = input.model ?? (await stillThere(deps, answer.model));
  return respond(deps, context, {
    contract: chat.regenerateAnswer,
    // What was asked is in the conversation.
    request: { ...pickGenerationFields(input), messages: [], ...(model === undefined ? {} : { model }) },
    personaId: input.persona_id ?? answer.personaId,
    conversation: answer.conversationId,
    replaces: answer,
    hasMetadata: true,
    streamErrors: "gaia",
  });
}

/** The model of the old answer, unless its provider is no longer configured. */
async function stillThere({ models }: Pick<ChatDeps, "models">, model: string | null): Promise<string | undefined> {
  if (model === null) return undefined;
  try {
    return (await models.resolve(model)).card.id;
  } catch (error) {
    if (isGaiaError(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}
