import type { ModelCard } from "@gaia/providers";
import type { CallerIdentity } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { conversationNotFound } from "./conversation-id.ts";
import { takeConversation } from "./conversation-repository.ts";
import type { AnswerToReplace } from "./find-answer-to-replace.ts";
import { contextWindowOf } from "./history/context-window.ts";
import { loadHistory } from "./history/load-history.ts";
import { bytesOfTokens } from "./history/message-tokens.ts";
import { rowsToExchanges } from "./history/rows-to-exchanges.ts";
import type { OpenConversation } from "./open-conversation.ts";

interface ReopenInput {
  readonly identity: CallerIdentity;
  readonly answer: AnswerToReplace;
  readonly card: Pick<ModelCard, "contextWindow">;
}

/** The conversation as it was when the answer was asked for. */
export async function reopenConversation(
  { kysely }: Pick<ChatDeps, "kysely">,
  { identity, answer, card }: ReopenInput,
): Promise<OpenConversation> {
  const { conversationId: id, questionId, replaces } = answer;
  const taken = await takeConversation(kysely, { id, userId: identity.userId });
  if (taken === undefined) throw conversationNotFound(id);
  const maximumBytes = bytesOfTokens(contextWindowOf(card));
  const rows = await loadHistory(kysely, { conversationId: id, maximumBytes, until: questionId });
  return {
    id,
    exchanges: rowsToExchanges(rows),
    summary: taken.summary,
    endsWithQuestion: true,
    follows: questionId,
    replaces,
  };
}
