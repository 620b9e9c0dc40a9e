import { randomUUID } from "node:crypto";
import type { ChatCompletionRequest } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { ModelCard } from "@gaia/providers";
import type { Kysely } from "kysely";
import type { CallerIdentity } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import { conversationNotFound, isConversationId } from "./conversation-id.ts";
import { insertConversation, insertMessages, takeConversation } from "./conversation-repository.ts";
import { findCalls } from "./find-calls.ts";
import { contextWindowOf } from "./history/context-window.ts";
import type { StoredSummary } from "./history/fit-history.ts";
import { loadHistory } from "./history/load-history.ts";
import { bytesOfTokens } from "./history/message-tokens.ts";
import type { PastExchange } from "./history/past-exchange.ts";
import { rowsToExchanges } from "./history/rows-to-exchanges.ts";
import { textOf } from "./message-text.ts";
import { readTurn, type Turn } from "./read-turn.ts";
import { titleFrom } from "./title-from.ts";

export interface OpenConversation {
  readonly id: string;
  /** Earlier exchanges, oldest first, where the request does not carry its own. */
  readonly exchanges: readonly PastExchange[];
  readonly summary: StoredSummary | null;
  /** The request says nothing without the last of the exchanges. */
  readonly endsWithQuestion: boolean;
  /** The stored message whose exchange the answer belongs to; `null` where nothing of it is stored. */
  readonly follows: string | null;
  /** Answers in whose place the new one will stand; `null` where it is the first to its question. */
  readonly replaces: readonly string[] | null;
}

export interface OpenInput {
  readonly identity: CallerIdentity;
  readonly request: ChatCompletionRequest;
  readonly requestId: string;
  /** `"new"`, or the id of a conversation of the caller. */
  readonly reference: string;
  readonly card: Pick<ModelCard, "contextWindow">;
}

/**
 * Finds or begins the conversation and stores what the user says in it before any model is called, so that a failure
 * loses nothing. A request with more than what is new carries its own history; then ours is not added.
 */
export async function openConversation(
  { kysely }: Pick<ChatDeps, "kysely">,
  input: OpenInput,
): Promise<OpenConversation> {
  const turn = readTurn(input.request);
  return kysely
    .transaction()
    .execute((transaction) =>
      input.reference === "new" ? beginNew(transaction, input, turn) : goOn(transaction, input, turn),
    );
}

async function beginNew(transaction: Kysely<Tables>, input: OpenInput, turn: Turn): Promise<OpenConversation> {
  const id = randomUUID();
  const text = turn.question === null ? "" : textOf(turn.question);
  await insertConversation(transaction, { id, userId: input.identity.userId, title: titleFrom(text) });
  const follows = await storeQuestion(transaction, input, { turn, conversationId: id });
  return { id, exchanges: [], summary: null, endsWithQuestion: false, follows, replaces: null };
}

async function goOn(transaction: Kysely<Tables>, input: OpenInput, turn: Turn): Promise<OpenConversation> {
  const { identity, reference, card } = input;
  const id = reference.toLowerCase();
  const titled = turn.question === null ? {} : { firstTitle: titleFrom(textOf(turn.question)) };
  const taken = isConversationId(id)
    ? await takeConversation(transaction, { id, userId: identity.userId, ...titled })
    : undefined;
  if (taken === undefined) throw conversationNotFound(reference);
  const calls = await findCalls(transaction, { conversationId: id, turn });
  const arriving = new Set(calls?.callIds);
  const rows = turn.hasOwnHistory
    ? []
    : await loadHistory(transaction, {
        conversationId: id,
        maximumBytes: bytesOfTokens(contextWindowOf(card)),
        ...(calls === null ? {} : { until: calls.messageId }),
      });
  const place = { turn, conversationId: id };
  const follows =
    calls === null
      ? await storeQuestion(transaction, input, place)
      : await storeResults(transaction, input, { ...place, calls });
  const exchanges = rowsToExchanges(rows, arriving);
  return { id, exchanges, summary: taken.summary, endsWithQuestion: arriving.size > 0, follows, replaces: null };
}

interface Place {
  readonly turn: Turn;
  readonly conversationId: string;
}

async function storeQuestion(
  transaction: Kysely<Tables>,
  { identity, requestId }: OpenInput,
  { turn, conversationId }: Place,
): Promise<string | null> {
  if (turn.question === null) return null;
  const id = randomUUID();
  const said = { id, role: "user", content: textOf(turn.question), request_id: requestId };
  await insertMessages(transaction, [{ ...said, user_id: identity.userId, conversation_id: conversationId }]);
  return id;
}

async function storeResults(
  transaction: Kysely<Tables>,
  { identity, requestId }: OpenInput,
  { turn, conversationId, calls }: Place & { readonly calls: NonNullable<Awaited<ReturnType<typeof findCalls>>> },
): Promise<string> {
  const rows = turn.results
    .filter(({ tool_call_id }) => calls.unanswered.has(tool_call_id))
    .map((result) => ({
      role: "tool",
      content: textOf(result),
      tool_call_id: result.tool_call_id,
      request_id: requestId,
      user_id: identity.userId,
      conversation_id: conversationId,
    }));
  if (rows.length > 0) await insertMessages(transaction, rows, calls.messageId);
  return calls.messageId;
}
