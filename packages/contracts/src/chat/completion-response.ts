import * as z from "zod";
import { ToolCall } from "./completion-request.ts";

/** Real token counts under OpenAI's names, and beside them under the names that Gaia's older clients read. */
export const Usage = z
  .looseObject({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
    input_tokens: z.int(),
    output_tokens: z.int(),
    prompt_tokens_details: z
      .looseObject({ cached_tokens: z.int().nullish(), cache_write_tokens: z.int().nullish() })
      .nullish(),
    completion_tokens_details: z.looseObject({ reasoning_tokens: z.int().nullish() }).nullish(),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof Usage>;

export const FinishReason = z.enum(["stop", "length", "tool_calls", "content_filter", "error"]);
export type FinishReason = z.infer<typeof FinishReason>;

/** Gaia's additions to an answer, under the key that `/api/v1/chat` always used. */
export const AnswerMetadata = z.looseObject({
  conversation_id: z.string().nullable(),
  request_id: z.string(),
  route_type: z.string(),
  total_time_ms: z.number(),
});

export const ChatCompletion = z
  .looseObject({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.looseObject({
        index: z.int(),
        message: z.looseObject({
          role: z.literal("assistant"),
          content: z.string().nullable(),
          refusal: z.string().nullish(),
          /** The model's thinking, under the name that compatible servers and their clients use. */
          reasoning_content: z.string().nullish(),
          tool_calls: z.array(ToolCall).optional(),
        }),
        finish_reason: FinishReason,
        logprobs: z.unknown().optional(),
      }),
    ),
    usage: Usage.optional(),
    conversation_id: z.string().optional(),
    _metadata: AnswerMetadata.optional(),
  })
  .meta({ id: "ChatCompletion" });
export type ChatCompletion = z.infer<typeof ChatCompletion>;

export const ToolCallDelta = z.looseObject({
  index: z.int(),
  id: z.string().optional(),
  type: z.literal("function").optional(),
  function: z.looseObject({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
});
export type ToolCallDelta = z.infer<typeof ToolCallDelta>;

/** One event of a streamed answer; the last with a `finish_reason` carries `_metadata` on Gaia's own routes. */
export const ChatCompletionChunk = z
  .looseObject({
    id: z.string(),
    object: z.literal("chat.completion.chunk"),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.looseObject({
        index: z.int(),
        delta: z.looseObject({
          role: z.literal("assistant").optional(),
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          reasoning_content: z.string().nullish(),
          tool_calls: z.array(ToolCallDelta).optional(),
        }),
        finish_reason: FinishReason.nullable(),
      }),
    ),
    usage: Usage.nullish(),
    _metadata: AnswerMetadata.optional(),
  })
  .meta({ id: "ChatCompletionChunk" });
export type ChatCompletionChunk = z.infer<typeof ChatCompletionChunk>;

/** The flat answer of the original's `ChatRequest` routes; all seven keys are always present. */
export const FlatChatResponse = z
  .object({
    response: z.string(),
    provider: z.string(),
    model: z.string(),
    usage: z.record(z.string(), z.int()).nullable(),
    response_time_ms: z.int().nullable(),
    reasoning: z.string().nullable(),
    fallback_used: z.boolean().nullable(),
  })
  .meta({ id: "FlatChatResponse" });
export type FlatChatResponse = z.infer<typeof FlatChatResponse>;
