import * as z from "zod";

// Objects are loose on purpose: fields that Gaia does not know travel on to a provider of the same dialect.

const TextPart = z.looseObject({ type: z.literal("text"), text: z.string() });
const ImagePart = z.looseObject({
  type: z.literal("image_url"),
  image_url: z.looseObject({ url: z.string().min(1), detail: z.enum(["auto", "low", "high", "original"]).optional() }),
});
const AudioPart = z.looseObject({
  type: z.literal("input_audio"),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
});
const FilePart = z.looseObject({
  type: z.literal("file"),
  file: z.looseObject({
    file_data: z.string().optional(),
    file_id: z.string().optional(),
    filename: z.string().optional(),
  }),
});
const RefusalPart = z.looseObject({ type: z.literal("refusal"), refusal: z.string() });

const UserPart = z.discriminatedUnion("type", [TextPart, ImagePart, AudioPart, FilePart]);

export const ToolCall = z
  .looseObject({
    id: z.string().min(1),
    type: z.literal("function"),
    function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
  })
  .meta({ id: "ToolCall" });
export type ToolCall = z.infer<typeof ToolCall>;

const InstructionMessage = z.looseObject({
  role: z.enum(["system", "developer"]),
  content: z.union([z.string(), z.array(TextPart)]),
  name: z.string().optional(),
});
const UserMessage = z.looseObject({
  role: z.literal("user"),
  content: z.union([z.string(), z.array(UserPart)]),
  name: z.string().optional(),
});
const AssistantMessage = z.looseObject({
  role: z.literal("assistant"),
  content: z.union([z.string(), z.array(z.discriminatedUnion("type", [TextPart, RefusalPart]))]).nullish(),
  name: z.string().optional(),
  refusal: z.string().nullish(),
  /** What a compatible server gave as its thinking; it goes back to such servers only. */
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(ToolCall).optional(),
});
const ToolMessage = z.looseObject({
  role: z.literal("tool"),
  content: z.union([z.string(), z.array(TextPart)]),
  tool_call_id: z.string().min(1),
});

export const ChatMessage = z
  .discriminatedUnion("role", [InstructionMessage, UserMessage, AssistantMessage, ToolMessage])
  .meta({ id: "ChatMessage" });
export type ChatMessage = z.infer<typeof ChatMessage>;

export const FunctionTool = z
  .looseObject({
    type: z.literal("function"),
    function: z.looseObject({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
      description: z.string().optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
      strict: z.boolean().nullish(),
    }),
  })
  .meta({ id: "FunctionTool" });
export type FunctionTool = z.infer<typeof FunctionTool>;

const NamedFunction = z.looseObject({ type: z.literal("function"), function: z.looseObject({ name: z.string() }) });

export const ToolChoice = z
  .union([
    z.enum(["none", "auto", "required"]),
    NamedFunction,
    z.looseObject({
      type: z.literal("allowed_tools"),
      allowed_tools: z.looseObject({ mode: z.enum(["auto", "required"]), tools: z.array(NamedFunction).min(1) }),
    }),
  ])
  .meta({ id: "ToolChoice" });
export type ToolChoice = z.infer<typeof ToolChoice>;

export const ResponseFormat = z
  .discriminatedUnion("type", [
    z.looseObject({ type: z.literal("text") }),
    z.looseObject({ type: z.literal("json_object") }),
    z.looseObject({
      type: z.literal("json_schema"),
      json_schema: z.looseObject({
        name: z.string(),
        description: z.string().optional(),
        schema: z.record(z.string(), z.unknown()).optional(),
        strict: z.boolean().nullish(),
      }),
    }),
  ])
  .meta({ id: "ResponseFormat" });

/** The id of a conversation, or `"new"` to begin one. An id that is not one of the caller's is 404, whatever its form. */
export const ConversationReference = z.string().min(1).max(200);

/** What both chat routes of OpenAI's shape understand beside the messages. */
export const generationFields = {
  model: z.string().min(1).max(200).optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  /** More than one only where the request goes to OpenAI untouched. */
  n: z.int().min(1).max(128).nullish(),
  seed: z.int().nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  tools: z.array(FunctionTool).max(128).optional(),
  tool_choice: ToolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning_effort: z.string().nullish(),
  user: z.string().optional(),
};

/**
 * OpenAI's Chat Completions request, with Gaia's `conversation_id` (an id, or `"new"`): with it the exchange is stored.
 * Source: openai/openai-openapi, `CreateChatCompletionRequest`.
 */
export const ChatCompletionRequest = z
  .looseObject({
    messages: z.array(ChatMessage).min(1),
    ...generationFields,
    response_format: ResponseFormat.nullish(),
    logit_bias: z.record(z.string(), z.number()).nullish(),
    metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
    modalities: z.array(z.string()).nullish(),
    prompt_cache_key: z.string().nullish(),
    safety_identifier: z.string().nullish(),
    service_tier: z.string().nullish(),
    store: z.boolean().nullish(),
    verbosity: z.enum(["low", "medium", "high"]).nullish(),
    conversation_id: ConversationReference.nullish(),
  })
  .meta({ id: "ChatCompletionRequest" });
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>;
