import * as z from "zod";
import { ConversationReference } from "./completion-request.ts";

// Objects are loose on purpose: what Gaia does not know travels on to Anthropic, which knows more every month. Only where
// somebody else answers is it refused, as Anthropic refuses what it does not know.

// No pattern for the whole: an image may have megabytes, and a pattern that repeats a group keeps a place for each.
const Base64 = z
  .string()
  .min(1)
  .refine((text) => text.length % 4 === 0 && !/[^A-Za-z0-9+/=]|=[^=]|={3}/.test(text), "Expected base64");

const CacheControl = z.looseObject({ type: z.string() }).nullish();

const MessageTextBlock = z.looseObject({ type: z.literal("text"), text: z.string(), cache_control: CacheControl });

const ImageSource = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("base64"),
    media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
    data: Base64,
  }),
  z.looseObject({ type: z.literal("url"), url: z.string() }),
  z.looseObject({ type: z.literal("file"), file_id: z.string() }),
]);
const ImageBlock = z.looseObject({ type: z.literal("image"), source: ImageSource, cache_control: CacheControl });

const DocumentSource = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("base64"),
    media_type: z.literal("application/pdf"),
    data: Base64,
  }),
  z.looseObject({ type: z.literal("text"), media_type: z.literal("text/plain"), data: z.string() }),
  z.looseObject({ type: z.literal("url"), url: z.string() }),
  z.looseObject({ type: z.literal("file"), file_id: z.string() }),
  z.looseObject({ type: z.literal("content"), content: z.union([z.string(), z.array(z.looseObject({}))]) }),
]);
const DocumentBlock = z.looseObject({
  type: z.literal("document"),
  source: DocumentSource,
  title: z.string().nullish(),
  context: z.string().nullish(),
  cache_control: CacheControl,
});

const ToolUseBlock = z.looseObject({
  type: z.literal("tool_use"),
  id: z.string().min(1),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
  cache_control: CacheControl,
});

const ToolResultPart = z.looseObject({ type: z.string(), text: z.string().optional() });
const ToolResultBlock = z.looseObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string().min(1),
  content: z.union([z.string(), z.array(ToolResultPart)]).optional(),
  is_error: z.boolean().nullish(),
  cache_control: CacheControl,
});

const ThinkingBlock = z.looseObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() });
const RedactedThinkingBlock = z.looseObject({ type: z.literal("redacted_thinking"), data: z.string() });

const knownBlocks = [
  MessageTextBlock,
  ImageBlock,
  DocumentBlock,
  ToolUseBlock,
  ToolResultBlock,
  ThinkingBlock,
  RedactedThinkingBlock,
] as const;
const knownTypes = new Set<string>(knownBlocks.map(({ shape }) => shape.type.value));

/** A block of a message that any model may understand. */
export const MessageBlock = z.discriminatedUnion("type", knownBlocks).meta({ id: "MessageBlock" });
export type MessageBlock = z.infer<typeof MessageBlock>;

/** A block that only Anthropic's own models understand, such as the result of a tool of its servers. */
const OtherBlock = z.looseObject({ type: z.string().refine((type) => !knownTypes.has(type), "Malformed block") });
type OtherBlock = z.infer<typeof OtherBlock>;

export function isMessageBlock(block: MessageBlock | OtherBlock): block is MessageBlock {
  return knownTypes.has(block.type);
}

export const MessageParam = z
  .looseObject({
    role: z.enum(["user", "assistant", "system"]),
    content: z.union([z.string(), z.array(z.union([MessageBlock, OtherBlock]))]),
  })
  .meta({ id: "MessageParam" });
export type MessageParam = z.infer<typeof MessageParam>;

const SystemBlock = z.looseObject({ type: z.literal("text"), text: z.string(), cache_control: CacheControl });

/** A tool of the caller's, or with a `type` of its own one that Anthropic defines or runs. */
export const MessageTool = z
  .looseObject({
    type: z.string().nullish(),
    name: z.string().optional(),
    description: z.string().optional(),
    input_schema: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
    cache_control: CacheControl,
  })
  .meta({ id: "MessageTool" });
export type MessageTool = z.infer<typeof MessageTool>;

const isParallel = { disable_parallel_tool_use: z.boolean().optional() };
const MessageToolChoice = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("auto"), ...isParallel }),
  z.looseObject({ type: z.literal("any"), ...isParallel }),
  z.looseObject({ type: z.literal("tool"), name: z.string(), ...isParallel }),
  z.looseObject({ type: z.literal("none") }),
]);
export type MessageToolChoice = z.infer<typeof MessageToolChoice>;

const Thinking = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1024) }),
  z.looseObject({ type: z.literal("disabled") }),
  z.looseObject({ type: z.literal("adaptive") }),
  z.looseObject({ type: z.literal("between_tools") }),
]);

const OutputConfig = z.looseObject({
  effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
  format: z.looseObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) }).nullish(),
});

/** What a question to a model and a count of its tokens have in common. */
const questionFields = {
  model: z.string().min(1).max(200),
  messages: z.array(MessageParam).min(1),
  system: z.union([z.string(), z.array(SystemBlock)]).optional(),
  tools: z.array(MessageTool).optional(),
  tool_choice: MessageToolChoice.optional(),
  thinking: Thinking.optional(),
  output_config: OutputConfig.nullish(),
  /** From the address: Anthropic's clients mark requests with beta features by `?beta=true`. */
  beta: z.string().optional(),
};

/**
 * Anthropic's Messages request, with Gaia's `conversation_id` (an id, or `"new"`): with it the exchange is stored.
 * Source: anthropics/anthropic-sdk-typescript, `MessageCreateParams`.
 */
export const MessagesRequest = z
  .looseObject({
    ...questionFields,
    max_tokens: z.int().positive(),
    stream: z.boolean().nullish(),
    stop_sequences: z.array(z.string().min(1)).nullish(),
    temperature: z.number().min(0).max(1).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    top_k: z.int().min(0).nullish(),
    metadata: z.looseObject({ user_id: z.string().max(512).nullish() }).nullish(),
    service_tier: z.string().nullish(),
    conversation_id: ConversationReference.nullish(),
  })
  .meta({ id: "MessagesRequest" });
export type MessagesRequest = z.infer<typeof MessagesRequest>;

export const MessagesTokensRequest = z.looseObject(questionFields).meta({ id: "MessagesTokensRequest" });
export type MessagesTokensRequest = z.infer<typeof MessagesTokensRequest>;
