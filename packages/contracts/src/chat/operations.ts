import * as z from "zod";
import { defineOperation, defineStream } from "../define.ts";
import { ChatCompletionRequest, ChatMessage, ConversationReference, generationFields } from "./completion-request.ts";
import { ChatCompletion, ChatCompletionChunk, FlatChatResponse } from "./completion-response.ts";

export const createChatCompletion = defineStream({
  name: "chat.create-chat-completion",
  summary: "OpenAI Chat Completions",
  permission: "chat:create",
  rateClass: "model",
  http: { method: "POST", path: "/v1/chat/completions", dialect: "openai" },
  input: ChatCompletionRequest,
  output: ChatCompletion,
  chunk: ChatCompletionChunk,
  errors: ["NOT_FOUND", "UNSUPPORTED", "RATE_LIMITED", "UPSTREAM_FAILED", "UNAVAILABLE"],
});

/** The original's `ChatRequest`, for clients that send one `message` and read one `response`. */
export const FlatChatRequest = z
  .looseObject({
    message: z.string(),
    ...generationFields,
    persona_id: z.string().nullish(),
    conversation_id: ConversationReference.nullish(),
  })
  .meta({ id: "FlatChatRequest" });
export type FlatChatRequest = z.infer<typeof FlatChatRequest>;

export const createCompatibleCompletion = defineStream({
  name: "chat.create-compatible-completion",
  summary: "OpenAI Chat Completions, or the original's exchange of one message and one response",
  permission: "chat:create",
  rateClass: "model",
  http: { method: "POST", path: "/api/v1/chat/completions", dialect: "hybrid" },
  input: z.union([ChatCompletionRequest, FlatChatRequest]),
  output: z.union([ChatCompletion, FlatChatResponse]),
  chunk: ChatCompletionChunk,
  errors: ["NOT_FOUND", "UNSUPPORTED", "RATE_LIMITED", "UPSTREAM_FAILED", "UNAVAILABLE"],
});

/**
 * `response_format` is OpenAI's object here too; the string `"v0.3"` of the original's later version is accepted and
 * changes nothing yet.
 */
export const ChatRequest = z
  .looseObject({
    ...generationFields,
    message: z.string().nullish(),
    messages: z.array(ChatMessage).min(1).optional(),
    persona_id: z.string().nullish(),
    conversation_id: ConversationReference.nullish(),
    response_format: z.union([ChatCompletionRequest.shape.response_format, z.string()]).optional(),
    resumable: z
      .boolean()
      .nullish()
      .describe("With `stream`: the answer goes on without its reader, and `x-stream-id` is where to take it up again"),
  })
  .meta({ id: "ChatRequest" });
export type ChatRequest = z.infer<typeof ChatRequest>;

export const chat = defineStream({
  name: "chat.chat",
  summary: "Talk to a persona; the exchange is stored in a conversation",
  permission: "chat:create",
  rateClass: "model",
  http: { method: "POST", path: "/api/v1/chat" },
  input: ChatRequest,
  output: ChatCompletion,
  chunk: ChatCompletionChunk,
  errors: ["NOT_FOUND", "UNSUPPORTED", "RATE_LIMITED", "UPSTREAM_FAILED", "UNAVAILABLE"],
});

export const Model = z
  .looseObject({
    id: z.string(),
    object: z.literal("model"),
    /** Unix seconds; 0 where the provider does not tell. */
    created: z.int(),
    owned_by: z.string(),
    provider: z.string(),
    context_window: z.int().nullable(),
    max_output_tokens: z.int().nullable(),
    abilities: z.array(z.string()),
    /** US dollars per million tokens, with the day the price was read; `null` where unknown. */
    price: z.object({ input: z.number(), output: z.number(), as_of: z.iso.date() }).nullable(),
    /** Retired names that are answered by this model. */
    aliases: z.array(z.string()),
  })
  .meta({ id: "Model" });
export type Model = z.infer<typeof Model>;

export const listModels = defineOperation({
  name: "chat.list-models",
  summary: "The models that answer now, with retired names that map to them",
  permission: "model:read",
  http: { method: "GET", path: "/v1/models", aliases: ["/api/v1/models"], dialect: "openai" },
  input: z.object({}),
  output: z.object({ object: z.literal("list"), data: z.array(Model) }),
});

export const getModel = defineOperation({
  name: "chat.get-model",
  summary: "One model",
  permission: "model:read",
  http: { method: "GET", path: "/v1/models/{model}", dialect: "openai" },
  input: z.object({ model: z.string() }),
  output: Model,
  errors: ["NOT_FOUND"],
});
