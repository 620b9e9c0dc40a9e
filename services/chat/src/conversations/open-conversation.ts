import { randomUUID } from "node:crypto";
import { type ChatCompletionRequest, type ChatMessage, notFound } from "@gaia/contracts";
import type { CallerIdentity } from "../caller-identity.ts";
import type { ChatDeps } from "../deps.ts";
import {
  insertConversation,
  insertMessages,
  listRecentMessages,
  ownsConversation,
  type StoredMessage,
  touchConversation,
} from "./conversation-repository.ts";
import { textOf } from "./message-text.ts";

const historyLimit = 40;
const titleLength = 50;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export interface OpenConversation {
  readonly id: string;
  /** Earlier messages, where the request does not carry its own history. */
  readonly history: readonly StoredMessage[];
}

interface OpenInput {
  readonly identity: CallerIdentity;
  readonly request: ChatCompletionRequest;
  readonly requestId: string;
  /** `"new"`, or the id of a conversation of the caller. */
  readonly reference: string;
}

/**
 * Finds or begins the conversation and stores the user's message in it before any model is called, so that a failure
 * loses nothing. A request with more than one message carries its own history; then ours is not added.
 */
export async function openConversation(
  { kysely }: Pick<ChatDeps, "kysely">,
  input: OpenInput,
): Promise<OpenConversation> {
  const { identity, request, requestId, reference } = input;
  const spoken = request.messages.filter(({ role }) => role !== "system" && role !== "developer");
  const latest = spoken.findLast(({ role }) => role === "user");
  const text = latest === undefined ? "" : textOf(latest);
  const id = reference === "new" ? randomUUID() : reference;
  if (reference !== "new" && !(uuid.test(id) && (await ownsConversation(kysely, id, identity.userId)))) {
    throw notFound("Conversation", reference);
  }
  const history = reference === "new" || spoken.length > 1 ? [] : await listRecentMessages(kysely, id, historyLimit);
  await kysely.transaction().execute(async (transaction) => {
    if (reference === "new")
      await insertConversation(transaction, { id, userId: identity.userId, title: titleFrom(text) });
    else await touchConversation(transaction, id, null);
    const row = { user_id: identity.userId, conversation_id: id, role: "user", content: text, request_id: requestId };
    if (latest !== undefined && isLast(spoken, latest)) await insertMessages(transaction, [row]);
  });
  return { id, history };
}

// After a tool result the user's message is already stored: it came with the request before.
function isLast(messages: readonly ChatMessage[], message: ChatMessage): boolean {
  return messages.at(-1) === message;
}

function titleFrom(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line === "") return "New Conversation";
  return line.length > titleLength ? `${line.slice(0, titleLength)}...` : line;
}
