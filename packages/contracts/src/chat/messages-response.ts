import * as z from "zod";

/** Tokens as Anthropic counts them: those from and for its cache are not in `input_tokens`. */
export const MessageUsage = z
  .looseObject({
    input_tokens: z.int(),
    output_tokens: z.int(),
    cache_creation_input_tokens: z.int().nullish(),
    cache_read_input_tokens: z.int().nullish(),
    output_tokens_details: z.looseObject({ thinking_tokens: z.int().nullish() }).nullish(),
  })
  .meta({ id: "MessageUsage" });
export type MessageUsage = z.infer<typeof MessageUsage>;

/** Every reason that Anthropic knows; a new one of theirs passes too. */
export const StopReason = z.string();

const AnswerBlock = z.looseObject({ type: z.string() });

export const MessagesResponse = z
  .looseObject({
    id: z.string(),
    type: z.literal("message"),
    role: z.literal("assistant"),
    model: z.string(),
    content: z.array(AnswerBlock),
    stop_reason: StopReason.nullable(),
    stop_sequence: z.string().nullish(),
    usage: MessageUsage,
  })
  .meta({ id: "MessagesResponse" });
export type MessagesResponse = z.infer<typeof MessagesResponse>;

/** One event of a streamed answer; its name is its `type`. */
export const MessagesEvent = z
  .discriminatedUnion("type", [
    z.looseObject({ type: z.literal("message_start"), message: MessagesResponse }),
    z.looseObject({ type: z.literal("content_block_start"), index: z.int(), content_block: AnswerBlock }),
    z.looseObject({ type: z.literal("content_block_delta"), index: z.int(), delta: AnswerBlock }),
    z.looseObject({ type: z.literal("content_block_stop"), index: z.int() }),
    z.looseObject({
      type: z.literal("message_delta"),
      delta: z.looseObject({ stop_reason: StopReason.nullable(), stop_sequence: z.string().nullish() }),
      usage: MessageUsage.partial({ input_tokens: true }),
    }),
    z.looseObject({ type: z.literal("message_stop") }),
    z.looseObject({ type: z.literal("ping") }),
    z.looseObject({ type: z.literal("error"), error: z.looseObject({ type: z.string(), message: z.string() }) }),
  ])
  .meta({ id: "MessagesEvent" });
export type MessagesEvent = z.infer<typeof MessagesEvent>;

export const MessagesTokens = z.looseObject({ input_tokens: z.int() }).meta({ id: "MessagesTokens" });
export type MessagesTokens = z.infer<typeof MessagesTokens>;
