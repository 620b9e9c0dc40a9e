import * as z from "zod";
import { defineOperation, defineStream } from "../define.ts";
import { NextCursor } from "../pages.ts";
import { Time } from "../place-fields.ts";
import { storableText } from "../storable.ts";
import { generationFields, ToolCall } from "./completion-request.ts";
import { ChatCompletion, ChatCompletionChunk } from "./completion-response.ts";

/** Whatever is no id of the caller's is not found, so that its form tells nothing. */
const ConversationId = z.string().describe("The id of one of the caller's conversations");

const Title = storableText(255).trim();
const NewTitle = Title.nullish().describe('"New Conversation" where it is left out');

/** The original knew no pages: a client that asks for none gets what it shows. */
const longPage = (maximum: number) => ({
  limit: z.coerce.number().int().min(1).max(maximum).default(maximum),
  cursor: z.string().max(1000).optional().describe("`next_cursor` of the page before"),
});

export const Conversation = z
  .object({
    id: z.guid(),
    title: z.string(),
    /** How the last answer begins. */
    preview: z.string(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Conversation" });
export type Conversation = z.infer<typeof Conversation>;

export const ConversationMessage = z
  .object({
    id: z.guid(),
    /** `user`, `assistant` or `tool`; the original stored others too. */
    role: z.string(),
    content: z.string(),
    model: z.string().nullable(),
    provider: z.string().nullable(),
    tokens_used: z.int().nullable(),
    created_at: Time,
    /** `partial` where an answer broke off, `failed` where nothing of it came. */
    status: z.enum(["complete", "partial", "failed"]),
    error_code: z.string().nullable(),
    persona_id: z.string().nullable(),
    tool_calls: z.array(ToolCall).nullable(),
    tool_call_id: z.string().nullable(),
  })
  .meta({ id: "ConversationMessage" });
export type ConversationMessage = z.infer<typeof ConversationMessage>;

export const createConversation = defineOperation({
  name: "chat.create-conversation",
  summary: "Begin a conversation without a message",
  permission: "conversation:write",
  http: { method: "POST", path: "/api/v1/conversations", status: 201 },
  input: z.object({ title: NewTitle }),
  output: Conversation,
});

export const listConversations = defineOperation({
  name: "chat.list-conversations",
  summary: "One's conversations, last used first",
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v1/conversations" },
  input: z.object(longPage(1000)),
  output: z.object({ conversations: z.array(Conversation), next_cursor: NextCursor }),
});

export const getConversation = defineOperation({
  name: "chat.get-conversation",
  summary: "One conversation",
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v1/conversations/{conversation_id}" },
  input: z.object({ conversation_id: ConversationId }),
  output: Conversation,
  errors: ["NOT_FOUND"],
});

export const renameConversation = defineOperation({
  name: "chat.rename-conversation",
  summary: "Give a conversation another title",
  permission: "conversation:write",
  http: { method: "PATCH", path: "/api/v1/conversations/{conversation_id}" },
  input: z.object({ conversation_id: ConversationId, title: Title.min(1) }),
  output: Conversation,
  errors: ["NOT_FOUND"],
});

/** As the original's web interface did it. */
export const updateConversation = defineOperation({
  name: "chat.update-conversation",
  summary: "Set a conversation's title, preview or both",
  permission: "conversation:write",
  http: { method: "PUT", path: "/api/v1/conversations/{conversation_id}" },
  input: z.object({
    conversation_id: ConversationId,
    title: Title.min(1).nullish(),
    preview: storableText(10_000).nullish(),
  }),
  output: Conversation,
  errors: ["NOT_FOUND"],
});

export const deleteConversation = defineOperation({
  name: "chat.delete-conversation",
  summary: "Take a conversation out of all lists; with `erase` it is gone for good, with everything in it",
  permission: "conversation:write",
  http: {
    method: "DELETE",
    path: "/api/v1/conversations/{conversation_id}",
    aliases: ["/api/v0.3/conversations/{conversation_id}"],
    status: 204,
  },
  input: z.object({ conversation_id: ConversationId, erase: z.stringbool().or(z.boolean()).default(false) }),
  output: z.object({}),
  errors: ["NOT_FOUND"],
});

/** A stream only because one message may be larger than what a transport carries. */
export const listConversationMessages = defineStream({
  name: "chat.list-conversation-messages",
  summary: "What was said in a conversation, oldest first; an answer stands behind its question",
  permission: "conversation:read",
  http: {
    method: "GET",
    path: "/api/v1/conversations/{conversation_id}/messages",
    aliases: ["/api/v0.3/conversations/{conversation_id}/messages"],
  },
  input: z.object({
    ...longPage(1000),
    conversation_id: ConversationId,
    order: z.enum(["asc", "desc"]).default("asc").describe("`desc` begins with the newest"),
  }),
  output: z.object({ messages: z.array(ConversationMessage), next_cursor: NextCursor }),
  errors: ["NOT_FOUND"],
});

const Ranges = z.array(z.tuple([z.int(), z.int()])).describe("Where the words are: start and end, in UTF-16 units");

const MessageHit = z.object({
  message_id: z.guid(),
  role: z.string(),
  created_at: Time,
  /** Plain text around the words. */
  excerpt: z.string(),
  highlights: Ranges,
});

export const ConversationHit = z
  .object({
    ...Conversation.shape,
    title_highlights: Ranges,
    /** How many messages have the words. */
    message_count: z.int(),
    /** The best of them. */
    messages: z.array(MessageHit),
  })
  .meta({ id: "ConversationHit" });
export type ConversationHit = z.infer<typeof ConversationHit>;

export const searchConversations = defineOperation({
  name: "chat.search-conversations",
  summary:
    'Find words in titles and messages: all of them, "a phrase", this or that, -without; the last may be unfinished',
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v1/conversations/search" },
  input: z.object({
    q: storableText(500).trim().min(1),
    limit: z.coerce.number().int().min(1).max(50).default(20),
    cursor: z.string().max(1000).optional(),
  }),
  output: z.object({ conversations: z.array(ConversationHit), next_cursor: NextCursor }),
});

export const countConversations = defineOperation({
  name: "chat.count-conversations",
  summary: "How much one has talked",
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v1/conversations/stats" },
  input: z.object({}),
  output: z.object({
    total_conversations: z.int(),
    total_messages: z.int(),
    user_messages: z.int(),
    assistant_messages: z.int(),
    /** As far as providers counted them. */
    tokens_used: z.int(),
    first_conversation_at: Time.nullable(),
    last_activity_at: Time.nullable(),
  }),
});

export const regenerateAnswer = defineStream({
  name: "chat.regenerate-answer",
  summary: "Answer the last question anew; the new answer stands in the place of the old one",
  permission: "chat:create",
  rateClass: "model",
  http: { method: "POST", path: "/api/v1/conversations/{conversation_id}/regenerate" },
  input: z.looseObject({
    ...generationFields,
    conversation_id: ConversationId,
    persona_id: z.string().nullish().describe("The one that gave the old answer where it is left out"),
  }),
  output: ChatCompletion,
  chunk: ChatCompletionChunk,
  errors: ["CONFLICT", "NOT_FOUND", "UNSUPPORTED", "RATE_LIMITED", "UPSTREAM_FAILED", "UNAVAILABLE"],
});

const BriefConversation = z.object({ conversation_id: z.guid(), title: z.string() });

export const createBriefConversation = defineOperation({
  name: "chat.create-brief-conversation",
  summary: "Begin a conversation without a message, in the shape of v0.3",
  permission: "conversation:write",
  http: { method: "POST", path: "/api/v0.3/conversations", status: 201 },
  input: z.object({ title: NewTitle }),
  output: BriefConversation,
});

export const listBriefConversations = defineOperation({
  name: "chat.list-brief-conversations",
  summary: "One's conversations, last used first, in the shape of v0.3",
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v0.3/conversations" },
  input: z.object(longPage(1000)),
  output: z.object({
    conversations: z.array(BriefConversation.extend({ created_at: Time, updated_at: Time })),
    next_cursor: NextCursor,
  }),
});

export const listPlainConversations = defineOperation({
  name: "chat.list-plain-conversations",
  summary: "One's last 1,000 conversations, as the original listed them",
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v1/chat/conversations" },
  input: z.object({}),
  output: z.array(Conversation),
});

export const searchPlainConversations = defineOperation({
  name: "chat.search-plain-conversations",
  summary: "The same, as far as title, preview or messages contain the text",
  permission: "conversation:read",
  http: { method: "GET", path: "/api/v1/chat/conversations/search" },
  input: z.object({ q: storableText(500).trim() }),
  output: z.array(Conversation),
});
